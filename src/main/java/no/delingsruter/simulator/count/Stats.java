package no.delingsruter.simulator.count;

import java.util.List;
import java.util.Map;

/** What the simulator has seen, at one moment. */
public record Stats(
        long uptimeMs,
        long calls,
        int inFlight,
        int maxInFlight,
        List<Group> groups,
        Lookups lookups,
        Korrelasjonsid korrelasjonsid,
        Tokens tokens,
        Connections connections,
        List<Fault> faults) {

    /**
     * One permit group of one organisation.
     *
     * @param group            the API's name without "hendelser"
     * @param status           how often each status was sent; "reset": broken off by the simulator, "closed": by the client
     * @param insideRetryAfter calls made while a Retry-After that had been sent was running
     */
    public record Group(
            String group,
            String organisation,
            int inFlight,
            int maxInFlight,
            long calls,
            long listCalls,
            long lookups,
            Map<String, Long> status,
            long insideRetryAfter,
            Times times) {}

    /**
     * When things happened, in microseconds since the simulator's start; 0: never.
     *
     * @param pages       list calls that were answered with 200
     * @param firstPage   the first list call that was answered with 200 arrived
     * @param lastPage    the last of them arrived
     * @param firstLookup the first lookup arrived
     * @param lastLookup  the last lookup was answered
     */
    public record Times(long pages, long firstPage, long lastPage, long firstLookup, long lastLookup) {}

    /**
     * @param keys different (API, identifikator, period) asked for
     * @param repeated calls beyond the first for each
     * @param mostForOneKey highest count of one key
     */
    public record Lookups(long calls, long keys, long repeated, int mostForOneKey) {}

    /** Breaches of the rule that every call carries a new UUID. */
    public record Korrelasjonsid(long missing, long malformed, long reused) {}

    /** @param refused by error, e.g. "invalid_grant MP-012" */
    public record Tokens(long granted, Map<String, Long> refused) {}

    /** @param opened connections accepted since the start */
    public record Connections(long opened, long open) {}

    /**
     * @param matched calls that the rule's fixed conditions fit
     * @param fired calls that it changed
     */
    public record Fault(String name, long matched, long fired) {}

    /**
     * A change of the number in flight, for a picture.
     *
     * @param atMicros since the simulator's start
     */
    public record Change(long atMicros, String group, String organisation, int inFlight) {}

    /** The highest number in flight of any organisation in this group; 0 when there was no call. */
    public int maxInFlight(String group) {
        return groups.stream()
                .filter(g -> g.group.equals(group))
                .mapToInt(Group::maxInFlight)
                .max()
                .orElse(0);
    }

    /** The numbers of one group and organisation; all zero when there was no call. */
    public Group group(String group, String organisation) {
        return groups.stream()
                .filter(g -> g.group.equals(group) && g.organisation.equals(organisation))
                .findFirst()
                .orElse(new Group(group, organisation, 0, 0, 0, 0, 0, Map.of(), 0, new Times(0, 0, 0, 0, 0)));
    }
}
