package no.delingsruter.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.nimbusds.jose.jwk.RSAKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One undisturbed run with every sink, in which parked events are replayed, ended by SIGTERM: it tells which crash points there are
 * and how often each is reached.
 */
final class Discovery {
    static final int EVENTS = 60;

    private Discovery() {}

    static Map<String, Integer> run(Path routes, Path directory, RSAKey key, Broker broker) throws Exception {
        Map<String, Integer> points = new TreeMap<>();
        long seed = 0;
        for (Sink sink : Sink.values()) {
            Plan plan = new Plan(--seed, sink, EVENTS, 20, 0.1, 2, 0, true, List.of());
            Path report = directory.resolve(sink + ".txt");
            try (CrashRun run = new CrashRun(plan, routes, directory.resolve(sink.toString()), key, broker)) {
                assertEquals(0, run.undisturbed(report), "lookups for nothing in an undisturbed run");
            }
            for (String line : Files.readAllLines(report)) {
                String[] parts = line.split(" ", 2);
                points.merge(parts[1], Integer.parseInt(parts[0]), Math::max);
            }
        }
        return points;
    }
}
