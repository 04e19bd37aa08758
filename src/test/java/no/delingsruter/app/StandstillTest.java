package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandstillTest {
    private static final String DELIVERY = "        - to:\n            uri: direct:delivery\n";
    private static final String SINK = "        - to:\n            uri: kamelet:pending-lookup-sink\n";
    private static final String HANGS =
            "        - delay:\n            expression:\n              constant:\n                expression: 12000\n";

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "list, Event list of inntekt",
        "lookup, Lookups of inntekt",
        "receiver, Receivers of route delivery",
    })
    @DisplayName(
            "I16, null control: a step that hangs in a list, a lookup or a receiver stops readiness and is said; then it gets on")
    void aStepHangs(String where, String activity) throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            Path route = bed.routes().resolve("inntekt.camel.yaml");
            String step = where.equals("list") ? SINK : DELIVERY;
            if (where.equals("receiver")) {
                Files.writeString(
                        bed.routes().resolve("slow.camel.yaml"),
                        "- route:\n    id: slow\n    from:\n      uri: direct:slow\n      steps:\n" + HANGS);
                bed.set("delivery.endpoints", "direct:slow");
            } else {
                Files.writeString(route, Files.readString(route).replace(step, HANGS + step));
            }
            bed.simulator().list("inntekt").generate(1, 1, 5, 0);
            bed.set("watchdog.longest-silence", "1s")
                    .set("skatteetaten.request-timeout", "1s")
                    .start();
            String alert = "Stalled: " + activity;
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> bed.application().alerts().open().containsKey(alert));
            String reason = bed.application().alerts().open().get(alert);
            assertTrue(reason.contains("has work and has not got on for"), reason);
            assertTrue(reason.contains("no reason known, it stands in"), reason);
            assertTrue(bed.application().alerts().standstill(), "readiness fails");
            bed.untilDone("inntekt", Duration.ofMinutes(1));
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> bed.application().alerts().open().isEmpty());
            assertEquals(1, bed.simulator().stats().lookups().calls());
        }
    }
}
