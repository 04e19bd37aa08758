package no.delingsruter.work;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import no.delingsruter.observation.Activity;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.LeaseTable;
import no.delingsruter.store.LeaseTable.UnitId;
import no.delingsruter.store.StoreException;
import no.delingsruter.support.Daemons;
import no.delingsruter.support.ProcessEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes and hands over the leases of this instance, and has them renewed. One thread asks the database; another cuts off the open calls of a
 * lease whose end has come, whatever the first one waits for.
 */
public final class LeaseKeeper implements Leases, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final long CUT_OFF_MILLIS = 20;
    private static final long DRAINED_MILLIS = 20;

    private final LeaseTable table;
    private final LeaseTimes times;
    private final UnaryOperator<String> unitOfService;
    private final UnaryOperator<String> unitOfGroup;
    private final Supplier<Duration> bound;
    private final LeaseTrouble trouble;
    private final LeaseCounts counts = new LeaseCounts();
    private final HeldLeases leases;
    private final LeaseTaker taker;
    private final LeaseRenewal renewal;
    private final Activity activity;
    private final Thread keeping = Daemons.named("lease-keeper").newThread(this::keep);
    private final Thread watching = Daemons.named("lease-end").newThread(this::watch);
    private final Object bell = new Object();
    private boolean known;
    private volatile boolean leaving;
    private volatile boolean closed;

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
        this.leases = new HeldLeases(times, bound, counts);
        this.taker = new LeaseTaker(table, times, bound, leases, counts);
        this.renewal = new LeaseRenewal(table, times, bound, leases, trouble);
        this.activity = alerts.watch("Leases");
    }

    @Override
    public Lease of(String service, String organisation) {
        return wanted(unitOfService.apply(service), organisation);
    }

    @Override
    public Lease ofApi(String group, String organisation) {
        return wanted(unitOfGroup.apply(group), organisation);
    }

    @Override
    public Lease ofLeader(String namespace) {
        return wanted(LEADER + namespace, "");
    }

    /** The lease of a unit, which is wanted from now on. */
    public Lease wanted(String unit, String organisation) {
        return leases.of(new UnitId(unit, organisation));
    }

    public LeaseCounts counts() {
        return counts;
    }

    /** How many units there are to hold, here or elsewhere. */
    public long wanted() {
        return leases.wanted();
    }

    /** How many units are held. */
    public long held() {
        return leases.count();
    }

    /** Until the first of them ends without a renewal; NaN when none is held. */
    public double secondsLeft() {
        return leases.secondsLeft();
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
        if (!leaving) {
            taker.round(draining);
        }
        return draining;
    }

    private boolean handOver() {
        boolean draining = false;
        for (Map.Entry<UnitId, Lease> one : leases.all().entrySet()) {
            Lease lease = one.getValue();
            long epoch = lease.held();
            if (epoch == Lease.NONE || !lease.isDraining()) {
                continue;
            }
            if (!lease.lostIfDrained()) {
                draining = true;
                continue;
            }
            if (table.release(one.getKey(), epoch, lease.quietLeft())) {
                counts.handedOver.add(HeldLeases.isLeaders(one.getKey()) ? 0 : 1);
                LOG.info("{}: handed over", HeldLeases.name(one.getKey()));
            }
        }
        return draining;
    }

    private void watch() {
        while (!closed) {
            leases.all().values().forEach(Lease::cutOffIfOver);
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
        leases.all().values().forEach(Lease::drain);
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
            leases.all().values().forEach(Lease::lost);
            table.close();
        }
    }
}
