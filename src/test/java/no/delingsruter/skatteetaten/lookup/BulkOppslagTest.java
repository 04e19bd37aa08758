package no.delingsruter.skatteetaten.lookup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import no.delingsruter.configuration.Settings;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.CallFailedException.Kind;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Statistics;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.Skatteetaten;
import no.delingsruter.work.LookupExecution;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BulkOppslagTest {
    private static final String ONE = "01810000001";
    private static final String TWO = "01810000002";
    private static final DefaultCamelContext CAMEL = new DefaultCamelContext();

    private static BulkOppslag bulk(String... keys) {
        Settings settings = Settings.load(Path.of("config"), null, Map.of(), new Properties())
                .with(keys.length == 0 ? Map.of() : Map.of(keys[0], keys[1]));
        return new BulkOppslag(
                new Lookups(new Skatteetaten(settings, null), new Statistics(), new Alerts(), null),
                "folkeregisteret",
                "scope",
                "/bulkoppslag",
                "identifikator",
                "foedselsEllerDNummer",
                "folkeregisterperson",
                2,
                2000,
                "");
    }

    private static Exchange exchange(String person, int attempts) {
        PendingLookup one =
                PendingLookup.of(new LookupKey("folkeregisteret", "self", "person", person, "", "", 0), 1, false, null);
        Exchange exchange = new DefaultExchange(CAMEL);
        exchange.setProperty(
                LookupExecution.PROPERTY,
                new LookupExecution(new PendingLookup(one.key(), 1, 1, 1, false, null, 0, attempts, null, false, 0)));
        return exchange;
    }

    /** Two lookups that have gathered; the first of them leads. */
    private static List<Exchange> gathered(BulkOppslag bulk) throws Exception {
        Exchange first = exchange(ONE, 0);
        Exchange second = exchange(TWO, 0);
        CompletableFuture<Boolean> leads = CompletableFuture.supplyAsync(() -> leads(bulk, first));
        while (!leads.isDone() && first.getProperty("skatteetaten.gathering") == null) {
            Thread.sleep(5);
        }
        assertFalse(bulk.leads(second), "one call for both");
        assertTrue(leads.get());
        bulk.request(first);
        return List.of(first, second);
    }

    private static boolean leads(BulkOppslag bulk, Exchange exchange) {
        try {
            return bulk.leads(exchange);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void answer(BulkOppslag bulk, Exchange leader, String body) {
        Call.of(leader).answered(200, body.getBytes(StandardCharsets.UTF_8), "application/json;charset=UTF-8", null);
        bulk.share(leader);
    }

    private static String taken(BulkOppslag bulk, Exchange exchange) throws InterruptedException {
        bulk.take(exchange);
        if (!Call.isShared(exchange)) {
            return "alone";
        }
        Call.takeShared(exchange);
        return new String(Call.of(exchange).body(), StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName(
            "Each takes what the answer holds for it, byte for byte, in whatever order; what is about others is nobody's")
    void eachItsPart() throws Exception {
        BulkOppslag bulk = bulk();
        List<Exchange> both = gathered(bulk);
        assertEquals(
                "{\"foedselsEllerDNummer\":[\"" + ONE + "\",\"" + TWO + "\"]}",
                new String(Call.of(both.get(0)).post, StandardCharsets.UTF_8));
        answer(bulk, both.get(0), """
                {"antall": {"oppslag": []}, "oppslag": [
                  {"folkeregisterperson": {"verge" : {"foedselsEllerDNummer": "%s"}, "navn":"Ærlig {"}, "foedselsEllerDNummer": "%s", "x": [1]},
                  {"foedselsEllerDNummer": "01810000009", "folkeregisterperson": {}},
                  {"foedselsEllerDNummer": "%s", "folkeregisterperson": {"navn":"B"}}], "mer": null}""".formatted(ONE, TWO, ONE));
        assertEquals(
                "{\"verge\" : {\"foedselsEllerDNummer\": \"" + ONE + "\"}, \"navn\":\"Ærlig {\"}",
                taken(bulk, both.get(1)));
        assertEquals("{\"navn\":\"B\"}", taken(bulk, both.get(0)));
    }

    @Test
    @DisplayName("I7: whom the answer has nothing for, or only a message, is looked up alone")
    void nothingForOne() throws Exception {
        BulkOppslag bulk = bulk();
        List<Exchange> both = gathered(bulk);
        answer(
                bulk,
                both.get(0),
                "{\"oppslag\":[{\"foedselsEllerDNummer\":\"" + ONE + "\",\"feilmelding\":\"Ingen treff\"},"
                        + "{\"foedselsEllerDNummer\":\"" + TWO + "\",\"folkeregisterperson\":{}}]}");
        assertEquals("alone", taken(bulk, both.get(0)));
        assertEquals("{}", taken(bulk, both.get(1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"oppslag\":{}}",
                "{\"oppslag\":[]",
                "{\"oppslag\":[\"a\"]}",
                "{\"oppslag\":[]} {}",
                "{\"kode\":\"FREG-001\"}",
                "null"
            })
    @DisplayName("I6: an answer that is no list of oppslag is nobody's result; the next tries are made alone")
    void noList(String body) throws Exception {
        BulkOppslag bulk = bulk();
        List<Exchange> both = gathered(bulk);
        answer(bulk, both.get(0), body);
        for (Exchange exchange : both) {
            assertEquals(
                    Kind.BUSY,
                    assertThrows(CallFailedException.class, () -> bulk.take(exchange))
                            .kind());
        }
        Exchange next = exchange("01810000003", 0);
        assertFalse(bulk.leads(next));
        assertEquals("alone", taken(bulk, next));
    }

    @Test
    @DisplayName("A lookup that has failed before is made alone; so is one that nobody joins")
    void alone() throws Exception {
        BulkOppslag bulk = bulk();
        for (Exchange exchange : List.of(exchange(ONE, 1), exchange(TWO, 0))) {
            assertFalse(bulk.leads(exchange));
            assertEquals("alone", taken(bulk, exchange));
        }
    }

    @Test
    @DisplayName("Who asks for less of a person alone asks for less in a shared call too")
    void dataminimering() throws Exception {
        BulkOppslag bulk =
                bulk("folkeregisteret.lookup-path.person", "/personer/{identifikator}?part=navn&part=status");
        assertEquals("part=navn&part=status", Call.of(gathered(bulk).get(0)).query);
        assertEquals(null, Call.of(gathered(bulk()).get(0)).query);
    }

    @Test
    @DisplayName("I2: when the call is not made, both wait for another try, without counting as failed")
    void notMade() throws Exception {
        BulkOppslag bulk = bulk();
        List<Exchange> both = gathered(bulk);
        both.get(0).setProperty(Exchange.EXCEPTION_CAUGHT, new IOException("the context is being stopped"));
        bulk.share(both.get(0));
        for (Exchange exchange : both) {
            assertEquals(
                    Kind.NOT_NOW,
                    assertThrows(CallFailedException.class, () -> bulk.take(exchange))
                            .kind());
        }
    }
}
