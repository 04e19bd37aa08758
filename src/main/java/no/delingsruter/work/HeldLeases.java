package no.delingsruter.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import no.delingsruter.store.LeaseTable.Held;
import no.delingsruter.store.LeaseTable.UnitId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The leases that this instance wants, and which of them it holds. */
final class HeldLeases implements LeaseRenewal.Renewed {
    private static final Logger LOG = LoggerFactory.getLogger(HeldLeases.class);
    private static final String RUNNING = "RUNNING";
    private static final String DRAINING = "DRAINING";

    private final ConcurrentMap<UnitId, Lease> leases = new ConcurrentHashMap<>();
    private final LeaseTimes times;
    private final Supplier<Duration> bound;
    private final LeaseCounts counts;

    /** @param bound how long a call may be open at the server that this instance can do nothing about any more */
    HeldLeases(LeaseTimes times, Supplier<Duration> bound, LeaseCounts counts) {
        this.times = times;
        this.bound = bound;
        this.counts = counts;
    }

    Lease of(UnitId id) {
        return leases.computeIfAbsent(id, unit -> new Lease(bound));
    }

    Map<UnitId, Lease> all() {
        return leases;
    }

    /** How many units there are to hold, here or elsewhere. */
    long wanted() {
        return units().filter(Lease::isWanted).count();
    }

    /** How many units are held. */
    long count() {
        return units().filter(lease -> lease.held() != Lease.NONE).count();
    }

    private Stream<Lease> units() {
        return leases.entrySet().stream()
                .filter(one -> !isLeaders(one.getKey()))
                .map(Map.Entry::getValue);
    }

    /** Until the first of them ends without a renewal; NaN when none is held. */
    double secondsLeft() {
        return leases.values().stream()
                .filter(lease -> lease.held() != Lease.NONE)
                .mapToDouble(lease -> lease.left().toMillis() / 1000.0)
                .min()
                .orElse(Double.NaN);
    }

    @Override
    public List<Held> held() {
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

    @Override
    public void answered(List<Held> asked, Set<UnitId> kept, long sent, long sentWall) {
        for (Held one : asked) {
            Lease lease = of(one.id());
            if (kept.contains(one.id())) {
                lease.renewed(
                        one.epoch(),
                        sent + times.local().toNanos(),
                        sentWall + times.local().toMillis());
            } else if (lease.lost(one.epoch())) {
                if (!isLeaders(one.id())) {
                    counts.lost.increment();
                }
                LOG.warn(
                        "{}: another instance has taken over, for this one could not renew its lease in time",
                        name(one.id()));
            }
        }
    }

    /** What a user's own routes elect a leader by is one for all organisations. */
    static boolean isLeaders(UnitId id) {
        return id.organisation().isEmpty();
    }

    static String name(UnitId id) {
        return "Lease of " + id.unit() + (isLeaders(id) ? "" : "/" + id.organisation());
    }
}
