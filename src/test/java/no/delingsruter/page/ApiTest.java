package no.delingsruter.page;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ApiTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final String INNTEKT = "{\"service\": \"inntekt\", \"because\": \"ticket 7\"}";

    @TempDir
    Path directory;

    private static void over(PageBed page, JsonNode asked) {
        long id = asked.path("operation").asLong();
        await().atMost(A_MINUTE)
                .untilAsserted(() ->
                        assertEquals("DONE", page.operation(id).path("state").asText()));
    }

    private static String state(PageBed page) throws Exception {
        return page.shown("status").at("/lists/0/state").asText();
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I8, I12: by HTTP: up to date? why is this person not here? stop it tonight; read again; parked; erase")
    void handbook(TestDatabase database) throws Exception {
        try (PageBed page = new PageBed(directory, database).start()) {
            JsonNode list = page.shown("status").at("/lists/0");
            assertEquals(1, list.path("parked").asInt());
            assertEquals(5, list.at("/calls/0/slots").asInt());
            long lately = 0;
            for (JsonNode minute : list.path("lastHour")) {
                lately += minute.asLong();
            }
            assertEquals(41, lately, "done in the last hour");

            String why = page.done("explain", PageBed.READ, "{\"identifikator\": \"" + PageBed.REFUSED + "\"}")
                    .path("said")
                    .asText();
            assertTrue(why.contains("parked since") && !why.contains(PageBed.REFUSED), why);
            String named = page.done(
                            "explain",
                            PageBed.REVEAL,
                            "{\"identifikator\": \"" + PageBed.HELD + "\", \"reveal\": true}")
                    .path("said")
                    .asText();
            assertTrue(named.contains(PageBed.HELD) && named.contains("delivered to the store"), named);
            JsonNode seen = page.shown("operations").at("/operations/0");
            assertEquals(
                    "reveal by eva",
                    seen.path("kind").asText() + " by " + seen.path("by").asText());

            page.done("pause", PageBed.OPERATE, "{\"because\": \"tonight\", \"from\": \"22:00\", \"to\": \"06:00\"}");
            assertEquals(1, page.shown("operations").path("planned").size());
            page.done("resume", PageBed.OPERATE, "{}");
            JsonNode stopped = page.done("stop", PageBed.OPERATE, INNTEKT);
            assertEquals("STOPPED", state(page));
            assertEquals(
                    "odd",
                    page.operation(stopped.path("operation").asLong())
                            .path("by")
                            .asText());
            String tried = page.done(
                            "position/set",
                            PageBed.OPERATE,
                            "{\"service\": \"inntekt\", \"to\": \"first\", \"dryRun\": true}")
                    .path("said")
                    .asText();
            assertTrue(tried.contains("Operation"), tried);
            page.done("position/set", PageBed.OPERATE, INNTEKT.replace("}", ", \"to\": \"first\"}"));
            assertEquals(0, page.shown("positions").at("/lists/0/position").asLong());
            page.done("start", PageBed.OPERATE, INNTEKT);
            page.bed.untilDone("inntekt", A_MINUTE);

            over(page, page.done("backfill", PageBed.OPERATE, INNTEKT.replace("}", ", \"from\": 1}")));
            over(page, page.done("refetch", PageBed.OPERATE, INNTEKT.replace("}", ", \"held\": true}")));
            JsonNode keys = page.done(
                    "refetch", PageBed.OPERATE, INNTEKT.replace("}", ", \"keys\": \"" + PageBed.HELD + "\"}"));
            over(page, keys);
            assertEquals(
                    1,
                    page.operation(keys.path("operation").asLong())
                            .path("total")
                            .asInt());
            over(page, page.done("deliver-again", PageBed.OPERATE, INNTEKT));
            assertEquals(
                    409,
                    page.post("api/operations/cancel", PageBed.OPERATE, "{\"id\": " + keys.path("operation") + "}")
                            .statusCode());
            cancelled(page);
            parked(page);
            erased(page);
            String record = page.get("api/operations?limit=100", PageBed.READ).body();
            assertFalse(record.contains(PageBed.HELD) || record.contains(PageBed.REFUSED), record);
        }
    }

    private static void cancelled(PageBed page) throws Exception {
        page.done("drain", PageBed.OPERATE, INNTEKT);
        await().atMost(A_MINUTE).until(() -> state(page).equals("STOPPED"));
        long waits = page.done("refetch", PageBed.OPERATE, INNTEKT.replace("}", ", \"held\": true}"))
                .path("operation")
                .asLong();
        for (String verb : new String[] {"pause", "resume", "cancel"}) {
            page.done("operations/" + verb, PageBed.OPERATE, "{\"id\": " + waits + "}");
        }
        await().atMost(A_MINUTE)
                .untilAsserted(() -> assertEquals(
                        "CANCELLED", page.operation(waits).path("state").asText()));
        page.done("resume", PageBed.OPERATE, INNTEKT);
        assertEquals("RUNNING", state(page));
    }

    private static void parked(PageBed page) throws Exception {
        await().atMost(A_MINUTE)
                .until(() -> page.shown("parked?service=inntekt").path("count").asInt() == 1);
        assertEquals(0, page.shown("parked?kode=XX-001").path("count").asInt());
        JsonNode one = page.shown("parked").at("/events/0");
        assertFalse(one.toString().contains(PageBed.REFUSED), one.toString());
        String shown = page.done("parked/show", PageBed.REVEAL, "{\"id\": [" + one.path("id") + "], \"reveal\": true}")
                .toString();
        assertTrue(shown.contains(PageBed.REFUSED), shown);
        HttpResponse<String> other =
                page.post("api/parked/discard", PageBed.OPERATE, INNTEKT.replace("}", ", \"expect\": 7}"));
        assertEquals(409, other.statusCode());
        assertTrue(other.body().contains("1 fit now, not 7"), other.body());
        assertEquals(
                400,
                page.post("api/parked/replay", PageBed.OPERATE, "{\"all\": true}")
                        .statusCode());
        page.done("parked/discard", PageBed.OPERATE, INNTEKT.replace("}", ", \"expect\": 1}"));
        assertEquals(0, page.shown("parked").path("count").asInt());
    }

    private static void erased(PageBed page) throws Exception {
        int held = page.bed.count("result");
        page.done("erase", PageBed.OPERATE, INNTEKT.replace("}", ", \"identifikator\": \"" + PageBed.HELD + "\"}"));
        await().atMost(A_MINUTE).until(() -> page.bed.count("result") == held - 1);
    }
}
