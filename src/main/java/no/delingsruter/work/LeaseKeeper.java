package no.delingsruter.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import no.delingsruter.observation.Activity;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.LeaseTable;
import no.delingsruter.store.LeaseTable.Held;
import no.delingsruter.store.LeaseTable.Taken;
import no.delingsruter.store.LeaseTable.UnitId;
import no.delingsruter.store.StoreException;
import no.delingsruter.support.ProcessEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes and hands over the leases of this instance, and has them renewed. One thread asks the database; another cuts off the open calls of a
 * lease whose end has come, whatever the first one waits for.
 */
public final class LeaseKeeper implements Leases, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final String RUNNING = "RUNNING";
    private static final String DRAINING = "DRAINING";
    private static final long CUT_OFF_MILLIS = 20;
    private static final long DRAINED_MILLIS = 20;

    private final LeaseTable table;
    private final LeaseTimes times;
    private final UnaryOperator<String> unitOfService;
    private final UnaryOperator<String> unitOfGroup;
    private final Supplier<Duration> bound;
    private final LeaseTrouble trouble;
    private final LeaseRenewal renewal;
    private final Activity activity;
    private final ConcurrentMap<UnitId, Lease> leases = new ConcurrentHashMap<>();
    private final Set<UnitId> registered = new HashSet<>();
    private final Counts counts = new Counts();
    private final Thread keeping = new Thread(this::keep, "lease-keeper");
    private final Thread watching = new Thread(this::watch, "lease-end");
    private final Object bell = new Object();
    private boolean known;
    private int lives = 1;
    private long spreadFrom;
    private boolean waits;
    private volatile boolean leaving;
    private volatile boolean closed;

    /** What has happened to leases since the start. */
    public static final class Counts {
        /** Taken after another instance had handed them over, or when nobody had had them. */
        public final LongAdder taken = new LongAdder();
        /** Taken from an instance that was lost. */
        public final LongAdder takenOver = new LongAdder();

        public final LongAdder handedOver = new LongAdder();
        /** Taken by another instance, for this one had not renewed them. */
        public final LongAdder lost = new LongAdder();
        /** What lost instances had under way, and is made again here. */
        public final LongAdder repeated = new LongAdder();
    }

    /**
     * @param unitOfService   of which unit a service is
     * @param unitOfGroup     of which unit an API is, by its name without "hendelser"
     * @param bound           how long a call of this instance may be open at the server when nobody can cut it off
     */
    public LeaseKeeper(
            LeaseTable table,
            LeaseTimes times,
            UnaryOperator<String> unitOfService,
            UnaryOperator<String> unitOfGroup,
            Supplier<Duration> bound,
            Alerts alerts) {
        this.table = table;
        this.times = times;
        this.unitOfService = unitOfService;
        this.unitOfGroup = unitOfGroup;
        this.bound = bound;
        this.trouble = new LeaseTrouble(alerts);
        this.renewal = new LeaseRenewal(table, times, bound, new Renewals(), trouble);
        this.activity = alerts.watch("Leases");
        keeping.setDaemon(true);
        watching.setDaemon(true);
    }

    @Override
    public Lease of(String service, String organisation) {
        return wanted(unitOfService.apply(service), organisation);
    }

    @Override
    public Lease ofApi(String group, String organisation) {
        return wanted(unitOfGroup.apply(group), organisation);
    }

    public String unit(String service) {
        return unitOfService.apply(service);
    }

    /** The lease of a unit, which is wanted from now on. */
    public Lease wanted(String unit, String organisation) {
        return leases.computeIfAbsent(new UnitId(unit, organisation), id -> new Lease());
    }

    public Counts counts() {
        return counts;
    }

    /** How many leases there are to hold, here or elsewhere. */
    public long wanted() {
        return leases.size();
    }

    /** How many leases are held. */
    public long held() {
        return leases.values().stream()
                .filter(lease -> lease.held() != Lease.NONE)
                .count();
    }

    /** Until the first of them ends without a renewal; NaN when none is held. */
    public double secondsLeft() {
        return leases.values().stream()
                .filter(lease -> lease.held() != Lease.NONE)
                .mapToDouble(lease -> lease.left().toMillis() / 1000.0)
                .min()
                .orElse(Double.NaN);
    }

    /** Begins to take leases. */
    public void start() {
        keeping.start();
        watching.start();
    }

    private void keep() {
        while (!closed) {
            boolean busy = false;
            Activity.Piece piece = activity.begins();
            try {
                busy = round();
                trouble.worked(this);
            } catch (StoreException e) {
                trouble.failed(this, e);
            } catch (RuntimeException | Error e) {
                ProcessEnd.ifFatal(e);
                LOG.error("The leases cannot be kept; tried again", e);
            } finally {
                piece.ends();
            }
            activity.waits(times.look());
            rest(busy);
        }
        activity.rests();
    }

    @SuppressWarnings("WaitNotInLoop") // a round too many does no harm
    private void rest(boolean busy) {
        synchronized (bell) {
            try {
                if (!closed) {
                    bell.wait(busy ? DRAINED_MILLIS : times.look().toMillis());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                closed = true;
            }
        }
    }

    /** @return whether something is being handed over, so that the next round is due soon */
    private synchronized boolean round() {
        if (!known) {
            table.renew(List.of(), bound.get());
            known = true;
            renewal.start();
        }
        boolean draining = handOver();
        if (leaving) {
            return draining;
        }
        register();
        take(draining);
        return draining;
    }

    private final class Renewals implements LeaseRenewal.Renewed {
        @Override
        public List<Held> held() {
            return LeaseKeeper.this.toRenew();
        }

        @Override
        public void answered(List<Held> asked, Set<UnitId> kept, long sent, long sentWall) {
            LeaseKeeper.this.settle(asked, kept, sent, sentWall);
        }
    }

    private List<Held> toRenew() {
        List<Held> held = new ArrayList<>();
        leases.forEach((id, lease) -> {
            long epoch = lease.held();
            if (epoch != Lease.NONE) {
                held.add(new Held(
                        id, epoch, lease.isDraining() ? DRAINING : RUNNING, lease.underWay(), lease.quietLeft()));
            }
        });
        return held;
    }

    private void settle(List<Held> asked, Set<UnitId> kept, long sent, long sentWall) {
        for (Held one : asked) {
            Lease lease = wanted(one.id().unit(), one.id().organisation());
            if (kept.contains(one.id())) {
                lease.renewed(
                        one.epoch(),
                        sent + times.local().toNanos(),
                        sentWall + times.local().toMillis());
            } else if (lease.lost(one.epoch())) {
                counts.lost.increment();
                LOG.warn(
                        "{}: another instance has taken over, for this one could not renew its lease in time",
                        name(one.id()));
            }
        }
    }

    private boolean handOver() {
        boolean draining = false;
        for (Map.Entry<UnitId, Lease> one : leases.entrySet()) {
            Lease lease = one.getValue();
            if (lease.isDrained()) {
                long epoch = lease.held();
                Duration quiet = lease.quietLeft();
                lease.lost();
                if (epoch != Lease.NONE && table.release(one.getKey(), epoch, quiet)) {
                    counts.handedOver.increment();
                    LOG.info("{}: handed over", name(one.getKey()));
                }
            } else {
                draining |= lease.isDraining();
            }
        }
        return draining;
    }

    private void register() {
        Set<UnitId> missing = new HashSet<>(leases.keySet());
        missing.removeAll(registered);
        if (!missing.isEmpty()) {
            table.register(missing);
            registered.addAll(missing);
        }
    }

    private void take(boolean draining) {
        Map<UnitId, Lease> free = new HashMap<>();
        List<Lease> mine = new ArrayList<>();
        int all = 0;
        for (Map.Entry<UnitId, Lease> one : leases.entrySet()) {
            boolean held = one.getValue().held() != Lease.NONE;
            all += isSpread(one.getKey()) ? 1 : 0;
            if (!held) {
                free.put(one.getKey(), one.getValue());
            } else if (isSpread(one.getKey())) {
                mine.add(one.getValue());
            }
        }
        int share = share(all);
        take(free, share - mine.size());
        if (mine.size() > share && !draining && System.nanoTime() - spreadFrom >= 0) {
            mine.get(0).drain();
        }
    }

    /** As many as each instance should have. After one has gone it waits with handing over: it may only be started anew. */
    private int share(int all) {
        List<LeaseTable.Instance> living = table.instances();
        sayOthersPlan(living);
        if (living.size() < lives) {
            spreadFrom = System.nanoTime() + times.patience().toNanos();
        }
        lives = living.size();
        return (all + Math.max(1, lives) - 1) / Math.max(1, lives);
    }

    private void sayOthersPlan(List<LeaseTable.Instance> living) {
        String own = living.stream()
                .filter(one -> one.name().equals(table.name()))
                .map(LeaseTable.Instance::plan)
                .findFirst()
                .orElse("");
        List<String> others = living.stream()
                .filter(one -> !own.isEmpty() && !one.plan().equals(own))
                .map(LeaseTable.Instance::name)
                .toList();
        if (!others.isEmpty() && !waits) {
            LOG.warn(
                    "Instances with other routes are at work on this store ({}): the one that was started later takes nothing until the other is stopped, for what may have five calls at once is not the same to both",
                    String.join(", ", others));
        }
        waits = !others.isEmpty();
    }

    private void take(Map<UnitId, Lease> free, int most) {
        Map<UnitId, Lease> others = new HashMap<>(free);
        others.keySet().removeIf(LeaseKeeper::isSpread);
        if (!others.isEmpty()) {
            takeSome(others, others.size());
        }
        free.keySet().removeAll(others.keySet());
        if (most > 0 && !free.isEmpty()) {
            table.evict();
            takeSome(free, most);
        }
    }

    private void takeSome(Map<UnitId, Lease> free, int most) {
        long sent = System.nanoTime();
        long sentWall = System.currentTimeMillis();
        for (Taken taken : table.take(free.keySet(), most, bound.get())) {
            free.get(taken.id())
                    .taken(
                            taken.epoch(),
                            sent + times.local().toNanos(),
                            sentWall + times.local().toMillis(),
                            taken.quiet());
            if (taken.lost() == null) {
                counts.taken.increment();
                LOG.info("{}: taken", name(taken.id()));
            } else {
                counts.takenOver.increment();
                counts.repeated.add(taken.underWay());
                LOG.warn(
                        "{}: taken over from {}, which is lost; first call in {} ms, when the calls that it may have left open are over; up to {} lookups are made again",
                        name(taken.id()),
                        taken.lost(),
                        taken.quiet().toMillis(),
                        taken.underWay());
            }
        }
    }

    /** What a user's own routes elect a leader by is one for all organisations, and is not counted. */
    private static boolean isSpread(UnitId id) {
        return !id.organisation().isEmpty();
    }

    private static String name(UnitId id) {
        return "Lease of " + id.unit() + (id.organisation().isEmpty() ? "" : "/" + id.organisation());
    }

    private void watch() {
        while (!closed) {
            leases.values().forEach(Lease::cutOffIfOver);
            try {
                Thread.sleep(CUT_OFF_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Takes nothing more; what is held is handed over as soon as nothing of it is under way. */
    public void leave() {
        leaving = true;
        leases.values().forEach(Lease::drain);
        synchronized (bell) {
            bell.notifyAll();
        }
    }

    /** Hands over what nothing is under way of. What is left ends by itself, and its successor waits for its calls. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        leave();
        synchronized (this) {
            closed = true;
            renewal.close();
            try {
                handOver();
                table.leave();
            } catch (StoreException e) {
                LOG.debug("Not handed over: {}", e.getMessage());
            }
            leases.values().forEach(Lease::lost);
            table.close();
        }
    }
}
