package no.delingsruter.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import no.delingsruter.app.TestBed;
import org.apache.camel.console.DevConsole;
import org.apache.camel.console.DevConsoleRegistry;
import org.apache.camel.util.json.JsonObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusConsoleTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName("JMX and a console of Camel's show state, pending and lag as status does, and nobody")
    void sameAsStatus() throws Exception {
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().list("inntekt").generate(20, 20, 1, 0);
            bed.set("camel.main.devConsoleEnabled", "true")
                    .set("camel.main.jmxEnabled", "true")
                    .start()
                    .untilDone("inntekt", Duration.ofMinutes(1));
            bed.command("pause", "--because", "x");
            bed.jdbc()
                    .update(
                            "update lookup_state set due_at = dateadd(second, -90, current_timestamp) where identifikator in"
                                    + " (select identifikator from lookup_state fetch first 7 rows only)");
            DevConsole console = bed.application()
                    .camel()
                    .getCamelContextExtension()
                    .getContextPlugin(DevConsoleRegistry.class)
                    .resolveById("delingsruter");
            org.awaitility.Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> String.valueOf(console.call(DevConsole.MediaType.TEXT, Map.of()))
                            .contains("inntekt for self: PAUSED, read to 20, 7 pending, lag "));
            JsonObject json = (JsonObject) console.call(DevConsole.MediaType.JSON, Map.of());
            assertTrue(json.toJson().contains("\"pending\":7"), json.toJson());

            MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
            ObjectName list = beans.queryNames(
                            new ObjectName(
                                    "org.apache.camel:context=*,type=endpoints,name=\"hendelsesliste://inntekt*\""),
                            null)
                    .iterator()
                    .next();
            assertEquals("PAUSED", beans.getAttribute(list, "ListState"));
            assertEquals(7L, beans.getAttribute(list, "PendingLookups"));
            assertEquals(0L, beans.getAttribute(list, "ParkedEvents"));
            assertTrue((long) beans.getAttribute(list, "LagSeconds") >= 90);
            assertTrue(bed.command("status").matches("(?s).*PAUSED .* 7 +9\\d s .*"), bed.command("status"));
        }
    }
}
