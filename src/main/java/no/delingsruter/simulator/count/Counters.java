package no.delingsruter.simulator.count;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.data.Mix;

/** Counts everything that tests and operators ask about. Thread safe. */
public final class Counters {
    /** In place of a status: the simulator broke the connection off; the client did. */
    public static final int RESET = -1;

    public static final int CLOSED = -2;

    /** One call that is in flight. */
    public static final class Ticket {
        private final GroupCount group;
        private final Call.Kind kind;
        private final long began;
        private boolean over;

        private Ticket(GroupCount group, Call.Kind kind, long began) {
            this.group = group;
            this.kind = kind;
            this.began = began;
        }
    }

    private final long started = System.nanoTime();
    private final Map<String, GroupCount> groups = new TreeMap<>();
    private final List<GroupCount> inOrder = new ArrayList<>();
    private final LongCounts perKey = new LongCounts();
    private final LongCounts korrelasjonsids = new LongCounts();
    private final InFlightTrace trace = new InFlightTrace();
    private int inFlight;
    private int maxInFlight;
    private long calls;
    private long missing;
    private long malformed;
    private long reused;
    private long opened;
    private long open;
    private long granted;
    private final Map<String, Long> refused = new TreeMap<>();

    public synchronized Ticket begin(String groupName, String organisation, Call.Kind kind) {
        GroupCount group = groups.get(groupName + "/" + organisation);
        if (group == null) {
            group = new GroupCount(inOrder.size(), groupName, organisation);
            groups.put(groupName + "/" + organisation, group);
            inOrder.add(group);
        }
        long now = System.nanoTime();
        group.begin(now);
        group.began(kind, now);
        calls++;
        maxInFlight = Math.max(maxInFlight, ++inFlight);
        if (trace.isOn()) {
            trace.add(group.number, group.inFlight);
        }
        return new Ticket(group, kind, now);
    }

    /**
     * Ends a call; only the first time counts.
     *
     * @param quietUntil nanoTime before which the client is not to call again, 0 for nothing
     */
    public synchronized void end(Ticket ticket, int status, long quietUntil) {
        if (ticket.over) {
            return;
        }
        ticket.over = true;
        inFlight--;
        GroupCount group = ticket.group;
        group.inFlight--;
        group.ended(ticket.kind, status, ticket.began, System.nanoTime());
        group.status.merge(
                status == RESET ? "reset" : status == CLOSED ? "closed" : String.valueOf(status), 1L, Long::sum);
        if (quietUntil != 0) {
            group.quiet(System.nanoTime(), quietUntil);
        }
        if (trace.isOn()) {
            trace.add(group.number, group.inFlight);
        }
    }

    /** Counts one lookup of a key. */
    public void lookup(String lookup, String identifikator, String periode) {
        perKey.add(key(lookup, identifikator, periode));
    }

    /** How often a key has been looked up. */
    public int lookupsOf(String lookup, String identifikator, String periode) {
        return perKey.count(key(lookup, identifikator, periode));
    }

    private static long key(String lookup, String identifikator, String periode) {
        return Mix.hash(Mix.hash(lookup) + Mix.hash(periode) * 31, Mix.hash(identifikator));
    }

    /**
     * Counts a breach when the id is missing, is no UUID or has been used before.
     *
     * @param id null when missing
     */
    public synchronized void korrelasjonsid(String id) {
        if (id == null) {
            missing++;
        } else if (!isUuid(id)) {
            malformed++;
        } else if (korrelasjonsids.add(Mix.hash(id)) > 1) {
            reused++;
        }
    }

    private static boolean isUuid(String id) {
        if (id.length() != 36) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
            if (hyphen ? id.charAt(i) != '-' : Character.digit(id.charAt(i), 16) < 0) {
                return false;
            }
        }
        return true;
    }

    public synchronized void connected() {
        opened++;
        open++;
    }

    public synchronized void disconnected() {
        open--;
    }

    public synchronized void granted() {
        granted++;
    }

    /** @param error e.g. "invalid_grant MP-012" */
    public synchronized void refused(String error) {
        refused.merge(error, 1L, Long::sum);
    }

    /** Starts or stops recording changes of the number in flight; starting forgets what was recorded. */
    public synchronized void trace(boolean on) {
        trace.on(on);
    }

    public synchronized List<Stats.Change> changes() {
        return trace.changes(started, inOrder);
    }

    /** Milliseconds since the simulator started. */
    public long uptimeMs() {
        return (System.nanoTime() - started) / 1_000_000;
    }

    /** Everything to zero but what is going on now. */
    public synchronized void reset() {
        inOrder.forEach(GroupCount::reset);
        perKey.clear();
        korrelasjonsids.clear();
        calls = 0;
        maxInFlight = inFlight;
        missing = 0;
        malformed = 0;
        reused = 0;
        granted = 0;
        refused.clear();
        opened = open;
        if (trace.isOn()) {
            trace.on(true);
        }
    }

    public synchronized Stats stats(List<Stats.Fault> faults) {
        return new Stats(
                uptimeMs(),
                calls,
                inFlight,
                maxInFlight,
                groups.values().stream().map(group -> group.view(started)).toList(),
                new Stats.Lookups(
                        perKey.total(), perKey.distinct(), perKey.total() - perKey.distinct(), perKey.highest()),
                new Stats.Korrelasjonsid(missing, malformed, reused),
                new Stats.Tokens(granted, new TreeMap<>(refused)),
                new Stats.Connections(opened, open),
                faults);
    }
}
