package no.delingsruter.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import no.delingsruter.simulator.SimulatedList;
import no.delingsruter.simulator.Simulator;
import no.delingsruter.simulator.data.EventView;
import no.delingsruter.store.BalancedBooks;
import no.delingsruter.store.Books;
import org.springframework.jdbc.core.JdbcTemplate;

/** Looks into the store while nobody works on it, and says what is missing or there twice. */
final class Audit {
    private static final String SERVICE = "inntekt";
    private final Simulator simulator;
    private final Sink sink;
    /** What the simulator has answered for each key, in the course of time: hashes, the current one last. */
    private final Map<String, List<String>> contents = new HashMap<>();

    /**
     * What the store holds.
     *
     * @param pending latest number by key
     * @param delivered hash by key
     * @param versions by key, 1 first
     * @param parked numbers
     */
    private record Stored(
            long checkpoint,
            Map<String, Long> pending,
            Map<String, String> delivered,
            Map<String, List<String>> versions,
            Map<String, String> results,
            Set<Long> parked) {
        static final Stored NOTHING = new Stored(0, Map.of(), Map.of(), Map.of(), Map.of(), Set.of());
    }

    Audit(Simulator simulator, Sink sink) {
        this.simulator = simulator;
        this.sink = sink;
        contentsChanged();
    }

    /** How many events are parked. */
    int parked(JdbcTemplate jdbc) {
        return read(jdbc).parked.size();
    }

    /** To be called when events have been published. */
    void contentsChanged() {
        SimulatedList list = simulator.list(SERVICE);
        for (int i = 0; i < list.size(); i++) {
            EventView event = list.event(i);
            List<String> known = contents.computeIfAbsent(key(event), key -> new ArrayList<>());
            String now = sha256(simulator
                    .current(SERVICE, event.identifikator(), event.gjelderPeriode())
                    .body());
            if (known.isEmpty() || !known.get(known.size() - 1).equals(now)) {
                known.add(now);
            }
        }
    }

    /**
     * That nothing is lost, and what is noted as delivered is there.
     *
     * @param received what a file or queue receiver has, else null
     */
    void afterKill(JdbcTemplate jdbc, List<Received> received) {
        Stored stored = read(jdbc);
        noHole(stored);
        asDelivered(stored, received);
        if (stored.equals(Stored.NOTHING)) {
            return;
        }
        BalancedBooks.check(books(jdbc));
    }

    /**
     * Also that everything has been delivered.
     *
     * @return whether there was nothing pending any more
     */
    boolean atTheEnd(JdbcTemplate jdbc, List<Received> received) {
        afterKill(jdbc, received);
        Stored stored = read(jdbc);
        if (stored.checkpoint < simulator.list(SERVICE).lastSekvensnummer() || !stored.pending.isEmpty()) {
            return false;
        }
        assertEquals(Set.of(), stored.parked, "parked");
        contents.forEach((key, hashes) -> assertEquals(
                hashes.get(hashes.size() - 1), stored.delivered.get(key), "lost: what was delivered last"));
        assertEquals(contents.size(), stored.delivered.size(), "keys delivered");
        BalancedBooks.check(books(jdbc), simulator.list(SERVICE));
        return true;
    }

    private static Books books(JdbcTemplate jdbc) {
        return BalancedBooks.of(Objects.requireNonNull(jdbc.getDataSource()));
    }

    /** I2: each event at or below the checkpoint is pending or parked, or its key has been delivered as it is since then. */
    private void noHole(Stored stored) {
        Map<String, Long> newest = new TreeMap<>();
        SimulatedList list = simulator.list(SERVICE);
        Map<String, Integer> events = new HashMap<>();
        for (int i = 0; i < list.size(); i++) {
            EventView event = list.event(i);
            if (event.sekvensnummer() <= stored.checkpoint) {
                newest.merge(key(event), event.sekvensnummer(), Math::max);
                events.merge(key(event), 1, Integer::sum);
            }
        }
        int holes = 0;
        int unknown = 0;
        for (Map.Entry<String, Long> entry : newest.entrySet()) {
            boolean pending = stored.pending.getOrDefault(entry.getKey(), 0L) >= entry.getValue();
            List<String> known = contents.get(entry.getKey());
            int at = known.indexOf(stored.delivered.get(entry.getKey()));
            boolean delivered = at >= events.get(entry.getKey()) - 1;
            boolean hole = !pending && !delivered && !stored.parked.contains(entry.getValue());
            holes += hole ? 1 : 0;
            unknown += hole && at < 0 && stored.delivered.containsKey(entry.getKey()) ? 1 : 0;
        }
        assertEquals(
                0,
                holes,
                "lost: events below the checkpoint that are neither pending nor parked nor delivered; of these delivered with"
                        + " what the simulator has not answered: " + unknown + "; in the store: checkpoint "
                        + stored.checkpoint + ", pending " + stored.pending.size() + ", delivered "
                        + stored.delivered.size() + ", parked " + stored.parked.size());
    }

    /** What the store says has been delivered is where it was delivered to, and nothing is there twice. */
    private void asDelivered(Stored stored, List<Received> received) {
        if (sink.isDatabase()) {
            assertEquals(stored.delivered, stored.results, "results and what the store remembers of them");
            stored.versions.forEach((key, hashes) -> {
                assertEquals(
                        stored.results.get(key), hashes.get(hashes.size() - 1), "the newest version is the result");
                int at = -1;
                for (String hash : hashes) {
                    int next = contents.get(key).indexOf(hash);
                    assertTrue(next > at, "double: a version is there twice, or out of order");
                    at = next;
                }
            });
            assertEquals(stored.results.keySet(), stored.versions.keySet());
        } else {
            Map<String, String> last = new HashMap<>();
            received.forEach(one -> last.put(one.key(), one.payloadHash()));
            // A delivery that was not noted before the kill may be ahead of the store, never behind it
            stored.delivered.forEach((key, hash) -> assertTrue(
                    last.containsKey(key)
                            && contents.get(key).indexOf(last.get(key))
                                    >= contents.get(key).indexOf(hash),
                    "lost: noted as delivered, but the receiver does not have it"));
        }
    }

    /** A receiver that leaves out every idempotencyKey it has seen is left with what the simulator says now. */
    void current(List<Received> received) {
        Map<String, String> state = new HashMap<>();
        Set<String> seen = new HashSet<>();
        received.stream()
                .filter(one -> seen.add(one.idempotencyKey()))
                .forEach(one -> state.put(one.key(), one.payloadHash()));
        contents.forEach((key, hashes) ->
                assertEquals(hashes.get(hashes.size() - 1), state.get(key), "lost: what a careful receiver has"));
    }

    /**
     * File and queue: each repeat is recognizable.
     *
     * @return how many there were
     */
    int repeats(List<Received> received) {
        Map<String, String> keys = new HashMap<>();
        Map<String, Received> lastOf = new HashMap<>();
        int repeats = 0;
        for (Received one : received) {
            String delivery = one.key() + " " + one.sekvensnummer() + " " + one.version() + " " + one.payloadHash();
            assertEquals(
                    one.payloadHash(),
                    contents.get(one.key()).contains(one.payloadHash())
                            ? one.payloadHash()
                            : "one the simulator has answered");
            String before = keys.put(delivery, one.idempotencyKey());
            if (before != null) {
                repeats++;
                assertEquals(before, one.idempotencyKey(), "a repeat has the same idempotencyKey");
            }
            Received last = lastOf.put(one.key(), one);
            assertTrue(
                    last == null || (last.sekvensnummer() <= one.sekvensnummer() && last.version() <= one.version()),
                    "I4: in event order");
        }
        assertEquals(
                keys.size(),
                keys.values().stream().distinct().count(),
                "different deliveries have different idempotencyKeys");
        return repeats;
    }

    private Stored read(JdbcTemplate jdbc) {
        Integer tables = jdbc.queryForObject(
                "select count(*) from information_schema.tables where lower(table_name) in"
                        + " ('checkpoint', 'pending_lookup', 'lookup_state', 'parked', 'result', 'result_history', 'books')",
                Integer.class);
        if (tables == null || tables < 7) {
            return Stored.NOTHING;
        }
        Long checkpoint = jdbc.queryForObject("select coalesce(max(sekvensnummer), 0) from checkpoint", Long.class);
        Map<String, Long> pending = new HashMap<>();
        jdbc.query("select identifikator, gjelder_periode, latest_sekvensnummer from pending_lookup", row -> {
            pending.put(row.getString(1) + "/" + row.getString(2), row.getLong(3));
        });
        Map<String, String> delivered = new HashMap<>();
        jdbc.query(
                "select identifikator, gjelder_periode, payload_hash from lookup_state where version is not null",
                row -> {
                    delivered.put(row.getString(1) + "/" + row.getString(2), row.getString(3));
                });
        Map<String, List<String>> versions = new HashMap<>();
        jdbc.query(
                "select identifikator, gjelder_periode, payload_hash, version, payload from result_history order by version",
                row -> {
                    List<String> of = versions.computeIfAbsent(
                            row.getString(1) + "/" + row.getString(2), key -> new ArrayList<>());
                    of.add(row.getString(3));
                    assertEquals(of.size(), row.getInt(4), "versions without a gap");
                    assertEquals(row.getString(3), sha256(row.getString(5)), "the payload is whole");
                });
        Map<String, String> results = new HashMap<>();
        jdbc.query("select identifikator, gjelder_periode, payload_hash from result", row -> {
            results.put(row.getString(1) + "/" + row.getString(2), row.getString(3));
        });
        return new Stored(
                checkpoint,
                pending,
                delivered,
                versions,
                results,
                Set.copyOf(jdbc.queryForList("select sekvensnummer from parked", Long.class)));
    }

    private static String key(EventView event) {
        return event.identifikator() + "/" + event.gjelderPeriode();
    }

    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
