package no.delingsruter.simulator.count;

import java.util.Map;
import java.util.TreeMap;
import no.delingsruter.simulator.call.Call;

/** The numbers of one permit group and organisation. Not thread safe: the counters lock. */
final class GroupCount {
    // a call sent before its client can have read the answer with Retry-After is no violation
    private static final long GRACE = 200_000_000L;

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
    private long pages;
    private long firstPage;
    private long lastPage;
    private long firstLookup;
    private long lastLookup;
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

    void began(Call.Kind kind, long now) {
        if (kind == Call.Kind.LIST) {
            listCalls++;
        } else if (kind == Call.Kind.LOOKUP) {
            lookups++;
            firstLookup = firstLookup == 0 ? now : firstLookup;
        }
    }

    void ended(Call.Kind kind, int answer, long began, long now) {
        if (kind == Call.Kind.LOOKUP) {
            lastLookup = now;
        } else if (kind == Call.Kind.LIST && answer == 200) {
            pages++;
            firstPage = firstPage == 0 ? began : firstPage;
            lastPage = began;
        }
    }

    void quiet(long now, long until) {
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
        pages = 0;
        firstPage = 0;
        lastPage = 0;
        firstLookup = 0;
        lastLookup = 0;
        insideRetryAfter = 0;
        status.clear();
        quietUntil = 0;
    }

    /** @param start nanoTime that counts as 0 */
    Stats.Group view(long start) {
        return new Stats.Group(
                group,
                organisation,
                inFlight,
                maxInFlight,
                calls,
                listCalls,
                lookups,
                Map.copyOf(status),
                insideRetryAfter,
                new Stats.Times(
                        pages,
                        micros(firstPage, start),
                        micros(lastPage, start),
                        micros(firstLookup, start),
                        micros(lastLookup, start)));
    }

    private static long micros(long at, long start) {
        return at == 0 ? 0 : (at - start) / 1000;
    }
}
