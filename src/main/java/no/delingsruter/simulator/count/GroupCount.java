package no.delingsruter.simulator.count;

import java.util.Map;
import java.util.TreeMap;

/** The numbers of one permit group and organisation. Not thread safe: the counters lock. */
final class GroupCount {
    // a call sent before its client can have read the answer with Retry-After is no violation
    private static final long GRACE = 50_000_000L;

    final int number;
    final String group;
    final String organisation;
    int inFlight;
    int maxInFlight;
    long calls;
    long listCalls;
    long lookups;
    long insideRetryAfter;
    final Map<String, Long> status = new TreeMap<>();
    private long quietFrom;
    private long quietUntil;

    GroupCount(int number, String group, String organisation) {
        this.number = number;
        this.group = group;
        this.organisation = organisation;
    }

    void begin(long now) {
        calls++;
        inFlight++;
        maxInFlight = Math.max(maxInFlight, inFlight);
        if (quietUntil != 0 && now - quietFrom > GRACE && now < quietUntil) {
            insideRetryAfter++;
        }
    }

    void quiet(long now, long millis) {
        long until = now + millis * 1_000_000;
        if (quietUntil == 0 || now > quietUntil) {
            quietFrom = now;
        }
        quietUntil = quietUntil == 0 ? until : Math.max(until, quietUntil);
    }

    void reset() {
        maxInFlight = inFlight;
        calls = 0;
        listCalls = 0;
        lookups = 0;
        insideRetryAfter = 0;
        status.clear();
        quietUntil = 0;
    }

    Stats.Group view() {
        return new Stats.Group(group, organisation, inFlight, maxInFlight, calls, listCalls, lookups, Map.copyOf(status), insideRetryAfter);
    }
}
