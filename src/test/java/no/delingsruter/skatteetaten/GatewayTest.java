package no.delingsruter.skatteetaten;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.observation.Alerts;
import no.delingsruter.work.OpenCall;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayTest {
    private static final Gateway.Id ID = new Gateway.Id("inntekt", "310000001");

    private static final Gateway.Tokens ALWAYS_A_TOKEN = new Gateway.Tokens() {
        @Override
        public String token(String scope, String organisation) {
            return "token";
        }

        @Override
        public void discard(String scope, String organisation, String refused) {}
    };

    private final AtomicBoolean token = new AtomicBoolean(true);
    private final Gateway gateway = new Gateway(
            1,
            Formats.JSON,
            new Gateway.Tokens() {
                @Override
                public String token(String scope, String organisation) {
                    if (!token.get()) {
                        throw new IllegalStateException("no token");
                    }
                    return "token";
                }

                @Override
                public void discard(String scope, String organisation, String refused) {
                    throw new IllegalStateException("nothing is refused here");
                }
            },
            new Alerts());

    @Test
    @DisplayName(
            "A call that waits for the time after the one before is not made when the API asks for a pause meanwhile")
    void pauseWhileItWaits() throws Exception {
        Gateway several = new Gateway(5, Formats.JSON, ALWAYS_A_TOKEN, new Alerts());
        for (int i = 0; i < 4; i++) {
            several.call(call(), (call, headers) -> answer(429, null));
        }
        CountDownLatch nextIsReady = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Void> late = CompletableFuture.runAsync(() -> {
            try {
                several.call(call(), (call, headers) -> {
                    nextIsReady.await();
                    assertTrue(begins());
                    begun.countDown();
                    return answer(429, "5");
                });
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> several.inFlight(ID) == 1);
        AtomicBoolean sent = new AtomicBoolean();
        CallFailedException refused = assertThrows(
                CallFailedException.class,
                () -> several.call(call(), (call, headers) -> {
                    nextIsReady.countDown();
                    begun.await();
                    sent.set(begins());
                    return answer(200, null);
                }));
        late.get();
        assertEquals(CallFailedException.Kind.NOT_NOW, refused.kind());
        assertFalse(sent.get());
    }

    private static boolean begins() throws IOException {
        OpenCall open = OpenCall.ofThread();
        assertNotNull(open);
        return open.mayBegin();
    }

    private static Gateway.Answer answer(int status, String retryAfter) {
        return new Gateway.Answer(status, new byte[0], Formats.JSON, null, retryAfter, null);
    }

    @Test
    @DisplayName("I1: a call's permit goes back however the call ends, an Error included, and not before it has ended")
    void permitComesBack() throws InterruptedException {
        for (Throwable end :
                List.of(new IOException("https://a.b/01810012345"), new IllegalStateException(), new LinkageError())) {
            Throwable said = assertThrows(
                    Throwable.class,
                    () -> gateway.call(call(), (call, headers) -> {
                        assertEquals(1, gateway.inFlight(ID));
                        if (end instanceof Error error) {
                            throw error;
                        }
                        throw (Exception) end;
                    }));
            assertFalse(said.toString().contains("01810012345"), "I8: " + said);
            assertEquals(1, gateway.inFlight(ID), "the server may still be at it");
            await().until(() -> gateway.inFlight(ID) == 0);
        }
        gateway.call(call(), (call, headers) -> new Gateway.Answer(200, new byte[0], Formats.JSON, null, null, null));
        assertEquals(0, gateway.inFlight(ID));
    }

    @Test
    @DisplayName(
            "I1: no permit is kept where there was no token, where the job stops, or where the answer could not be kept")
    void permitWithoutCall() {
        token.set(false);
        assertThrows(IllegalStateException.class, () -> gateway.call(call(), (call, headers) -> null));
        token.set(true);
        Call unkept = call().whenAnswered(() -> {
            throw new IllegalStateException("the disk is full");
        });
        assertThrows(
                IllegalStateException.class,
                () -> gateway.call(
                        unkept,
                        (call, headers) -> new Gateway.Answer(200, new byte[0], Formats.JSON, null, null, null)));
        gateway.close();
        assertThrows(CallFailedException.class, () -> gateway.call(call(), (call, headers) -> null));
        assertEquals(0, gateway.inFlight(ID));
    }

    @Test
    @DisplayName("I1: a server that works on for a second after we have hung up never has more than five calls")
    void serverThatWorksOn() throws Exception {
        Gateway five = new Gateway(5, Formats.JSON, ALWAYS_A_TOKEN, new Alerts());
        try (SlowServer server = new SlowServer(Duration.ofSeconds(1))) {
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                callers.add(new Thread(() -> assertThrows(
                        CallFailedException.class, () -> five.call(call(), (call, headers) -> server.ask(1_500)))));
            }
            callers.forEach(Thread::start);
            for (Thread caller : callers) {
                caller.join();
            }
            assertEquals(15, server.calls());
            assertEquals(5, server.mostAtOnce());
        }
    }

    @ParameterizedTest
    @CsvSource({"300, 60, 60", "-300, 60, 60", "0, 0, 0", "-100000, 30, 30", "0, 100000, 3600"})
    @DisplayName(
            "A date in Retry-After is one of the server's clock: ours may be minutes wrong, and the pause is what was meant")
    void retryAfterDateOfAnotherClock(int serverAhead, int meant, int pause) throws InterruptedException {
        ZonedDateTime theirs = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(serverAhead);
        Instant before = Instant.now();
        gateway.call(
                call(),
                (call, headers) -> new Gateway.Answer(
                        429, new byte[0], Formats.JSON, null, httpDate(theirs.plusSeconds(meant)), httpDate(theirs)));
        if (pause == 0) {
            gateway.call(call(), (call, headers) -> new Gateway.Answer(200, new byte[0], null, null, null, null));
            return;
        }
        Instant notBefore = assertThrows(CallFailedException.class, () -> gateway.call(call(), (call, headers) -> null))
                .notBefore();
        assertEquals((double) pause, Duration.between(before, notBefore).toMillis() / 1000.0, 2.0);
    }

    private static String httpDate(ZonedDateTime at) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(at);
    }

    private static Call call() {
        return new Call("inntekthendelser", "310000001", "scope", "/v1/hendelser", null);
    }
}
