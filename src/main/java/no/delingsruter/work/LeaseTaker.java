package no.delingsruter.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import no.delingsruter.store.LeaseTable;
import no.delingsruter.store.LeaseTable.Taken;
import no.delingsruter.store.LeaseTable.UnitId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what this instance wants and nobody has, up to its share, and lets go of what it has beyond that; what then nobody takes, as an
 * instance may run other services, it takes back. Of one thread.
 */
final class LeaseTaker {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseTaker.class);

    private final LeaseTable table;
    private final LeaseTimes times;
    private final Supplier<Duration> bound;
    private final HeldLeases leases;
    private final LeaseCounts counts;
    private final Set<UnitId> registered = new HashSet<>();
    /** What nobody else took for a while: it is beyond the share, and stays. */
    private final Set<Lease> left = new HashSet<>();

    private int lives = 1;
    private long spreadFrom;
    private boolean waits;

    /** @param bound see {@link LeaseTable#take} */
    LeaseTaker(LeaseTable table, LeaseTimes times, Supplier<Duration> bound, HeldLeases leases, LeaseCounts counts) {
        this.table = table;
        this.times = times;
        this.bound = bound;
        this.leases = leases;
        this.counts = counts;
    }

    /** @param draining whether something is being handed over already */
    void round(boolean draining) {
        register();
        Map<UnitId, Lease> free = new HashMap<>();
        Map<UnitId, Lease> leaders = new HashMap<>();
        List<Lease> mine = new ArrayList<>();
        left.removeIf(lease -> lease.held() == Lease.NONE);
        int all = 0;
        for (Map.Entry<UnitId, Lease> one : leases.all().entrySet()) {
            UnitId id = one.getKey();
            Lease lease = one.getValue();
            if (!lease.isWanted()) {
                continue;
            }
            all += HeldLeases.isLeaders(id) ? 0 : 1;
            if (lease.held() == Lease.NONE) {
                (HeldLeases.isLeaders(id) ? leaders : free).put(id, lease);
            } else if (!HeldLeases.isLeaders(id) && !left.contains(lease)) {
                mine.add(lease);
            }
        }
        int share = share(all);
        take(leaders, leaders.size(), Duration.ZERO);
        if (share > mine.size() && !free.isEmpty()) {
            table.evict();
            take(free, share - mine.size(), Duration.ZERO);
        }
        left.addAll(take(free, free.size(), times.patience()));
        if (mine.size() > share && !draining && System.nanoTime() - spreadFrom >= 0) {
            mine.get(0).drain();
        }
    }

    private void register() {
        Set<UnitId> missing = new HashSet<>(leases.all().keySet());
        missing.removeAll(registered);
        if (!missing.isEmpty()) {
            table.register(missing);
            registered.addAll(missing);
        }
    }

    /**
     * As many as each of those should have that may take any. After one has gone it waits with handing over: it may only be started
     * anew. When one has come, it may want what nobody else wanted.
     */
    private int share(int all) {
        List<LeaseTable.Instance> living = table.instances();
        sayOthersPlan(living);
        int taking = (int)
                Math.max(1, living.stream().filter(LeaseTable.Instance::takes).count());
        if (taking < lives) {
            spreadFrom = System.nanoTime() + times.patience().toNanos();
        } else if (taking > lives) {
            left.clear();
        }
        lives = taking;
        return (all + lives - 1) / lives;
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

    /** @param since for how long nobody has had them */
    private List<Lease> take(Map<UnitId, Lease> free, int most, Duration since) {
        List<Lease> got = new ArrayList<>();
        if (free.isEmpty()) {
            return got;
        }
        long sent = System.nanoTime();
        long sentWall = System.currentTimeMillis();
        for (Taken taken : table.take(free.keySet(), most, since, bound.get())) {
            // A leader makes no calls of ours
            Duration quiet = HeldLeases.isLeaders(taken.id()) ? Duration.ZERO : taken.quiet();
            free.get(taken.id())
                    .taken(
                            taken.epoch(),
                            sent + times.local().toNanos(),
                            sentWall + times.local().toMillis(),
                            quiet);
            say(taken, quiet);
            got.add(free.get(taken.id()));
        }
        return got;
    }

    private void say(Taken taken, Duration quiet) {
        String name = HeldLeases.name(taken.id());
        boolean leads = HeldLeases.isLeaders(taken.id());
        if (taken.lost() == null) {
            counts.taken.add(leads ? 0 : 1);
            LOG.info("{}: taken", name);
        } else if (leads) {
            LOG.warn("{}: taken over from {}, which is lost", name, taken.lost());
        } else {
            counts.takenOver.increment();
            counts.repeated.add(taken.underWay());
            LOG.warn(
                    "{}: taken over from {}, which is lost; first call in {} ms, when the calls that it may have left open are over; up to {} lookups are made again",
                    name,
                    taken.lost(),
                    quiet.toMillis(),
                    taken.underWay());
        }
    }
}
