package no.delingsruter.maskinporten;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokenSourceTest {
    private static final String SCOPE = "skatteetaten:inntekt";
    private static final FakeMaskinporten.Answer NO =
            exchange -> FakeMaskinporten.send(exchange, 400, "{\"error\":\"invalid_grant\"}");
    private static final FakeMaskinporten.Answer DOWN = exchange -> FakeMaskinporten.send(exchange, 503, "");

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private FakeMaskinporten maskinporten;
    private TokenSource tokens;

    @BeforeEach
    void start() throws Exception {
        maskinporten = new FakeMaskinporten((RSAPublicKey) TestKeys.PAIR.getPublic());
        tokens = new TokenSource(
                () -> TestKeys.settings(maskinporten.address(), Map.of("jwk", TestKeys.jwk("kid"))), () -> now);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        maskinporten.close();
        assertEquals(List.of(), maskinporten.wrong);
    }

    @Test
    void aTokenIsUsedUntilItIsDue() {
        assertEquals("token-1", token());
        pass(89);
        assertEquals("token-1", token());
        assertEquals(1, asked());
    }

    @Test
    void scopesAndOrganisationsHaveTokensOfTheirOwn() {
        assertEquals(
                List.of("token-1", "token-2", "token-3", "token-4"),
                List.of(
                        tokens.token("a", ActingFor.OURSELVES),
                        tokens.token("b", ActingFor.OURSELVES),
                        tokens.token("a", new ActingFor("987654321", null)),
                        tokens.token("a", new ActingFor("123456789", null))));
        assertEquals(
                List.of("token-1", "token-2", "token-3", "token-4"),
                List.of(
                        tokens.token("a", new ActingFor(" ", null)),
                        tokens.token("b", ActingFor.OURSELVES),
                        tokens.token("a", new ActingFor("987654321", null)),
                        tokens.token("a", new ActingFor("123456789", null))));
    }

    @Test
    void aTokenIsForExactlyOneScope() {
        assertThrows(IllegalArgumentException.class, () -> tokens.token("a b", ActingFor.OURSELVES));
        assertThrows(IllegalArgumentException.class, () -> tokens.token("", ActingFor.OURSELVES));
        assertThrows(IllegalArgumentException.class, () -> tokens.token(null, ActingFor.OURSELVES));
    }

    @Test
    void twentyThreadsShareOneRequest() throws Exception {
        CountDownLatch answer = hold(maskinporten::token);
        List<Future<String>> callers = callers(20, this::token);
        await().until(() -> asked() == 1);
        answer.countDown();

        assertEquals(Set.of("token-1"), results(callers));
        assertEquals(1, asked());
    }

    @Test
    void twentyThreadsShareOneFailure() throws Exception {
        CountDownLatch answer = hold(NO);
        List<Future<String>> callers = callers(20, this::token);
        await().until(() -> asked() == 1);
        answer.countDown();

        Set<Throwable> failures = callers.stream()
                .map(caller -> assertThrows(ExecutionException.class, () -> caller.get(10, TimeUnit.SECONDS))
                        .getCause())
                .collect(Collectors.toSet());
        assertEquals(1, failures.size());
        assertEquals(1, asked());
    }

    @Test
    void anInterruptedCallerDoesNotSpoilTheRequestForTheOthers() throws Exception {
        CountDownLatch answer = hold(maskinporten::token);
        CountDownLatch left = new CountDownLatch(1);
        Thread first = new Thread(() -> {
            assertThrows(MaskinportenException.class, this::token);
            left.countDown();
        });
        first.start();
        await().until(() -> asked() == 1);
        first.interrupt();
        assertTrue(left.await(10, TimeUnit.SECONDS));
        Future<String> second = threads.submit(this::token);
        answer.countDown();

        assertEquals("token-1", second.get(10, TimeUnit.SECONDS));
        assertEquals(1, asked());
    }

    @Test
    void aTokenThatIsDueIsRenewedOnceWhileAllGoOnWithIt() throws Exception {
        token();
        CountDownLatch answer = hold(maskinporten::token);
        pass(90);

        assertEquals(Set.of("token-1"), results(callers(20, this::token)));
        answer.countDown();
        await().until(() -> token().equals("token-2"));
        assertEquals(2, asked());
    }

    @Test
    void theMarginIsAQuarterOfTheLifetimeAndThirtySecondsAtMost() {
        Instant asked = Instant.EPOCH;
        assertEquals(
                asked.plusSeconds(9),
                Token.living("t", asked, Duration.ofSeconds(12)).renewAt());
        assertEquals(
                asked.plusSeconds(90),
                Token.living("t", asked, Duration.ofMinutes(2)).renewAt());
        assertEquals(
                asked.plusSeconds(570),
                Token.living("t", asked, Duration.ofMinutes(10)).renewAt());
    }

    @Test
    void aTokenWithoutLifetimeLivesAMinute() {
        maskinporten.lifetime = null;
        token();
        pass(44);
        assertEquals("token-1", token());
        pass(16);
        assertEquals("token-2", token());
    }

    @Test
    void aTokenThatIsOverWhenItComesCostsOneRequestASecond() {
        maskinporten.lifetime = "0";
        for (int call = 0; call < 20; call++) {
            token();
        }
        assertEquals(1, asked());
        pass(1);
        token();
        assertEquals(2, asked());
    }

    @Test
    void aFailingRenewalAndARefusalThatGoesOnAreSaidOnceByAThreadWithAName() {
        try (LogLines log = new LogLines()) {
            token();
            maskinporten.answer = NO;
            for (int tries = 1; tries <= 3; tries++) {
                pass(tries == 1 ? 90 : 5);
                token();
                int asked = tries + 1;
                await().until(() -> asked() == asked);
            }
            pass(60);
            assertThrows(MaskinportenException.class, this::token);
            assertEquals(1, log.count("WARN The token could not be renewed"), log.all());
            assertEquals(1, log.count("WARN Maskinporten answered 400"), log.all());
            assertEquals(Set.of("maskinporten"), log.threads("WARN"), "threads");
        }
    }

    @Test
    void aTokenStaysInUseWhileMaskinportenIsDownAndTriesAreSpaced() {
        token();
        maskinporten.answer = DOWN;
        pass(90);
        renewalFails(2);
        assertEquals("token-1", token());
        pass(1);
        renewalFails(3);
        pass(1);
        assertEquals("token-1", token());
        assertEquals(3, asked());
        pass(1);
        renewalFails(4);
        pass(26);
        renewalFails(5);
        maskinporten.answer = maskinporten::token;
        pass(1);
        assertThrows(MaskinportenException.class, this::token);
        assertEquals(5, asked());
        pass(8);
        assertEquals("token-2", token());
    }

    @Test
    void aRefusalIsRepeatedWithoutAskingUntilAPauseThatGrowsHasPassed() {
        maskinporten.answer = NO;
        for (int pause : new int[] {1, 2, 4, 8, 16, 30, 30}) {
            MaskinportenException first = assertThrows(MaskinportenException.class, this::token);
            int asked = asked();
            pass(pause - 1);
            assertSame(first, assertThrows(MaskinportenException.class, this::token));
            assertEquals(asked, asked());
            pass(1);
        }
        assertThrows(MaskinportenException.class, this::token);
        assertEquals(8, asked());
    }

    @Test
    void aPauseIsForgottenAfterASuccess() {
        maskinporten.answer = NO;
        assertThrows(MaskinportenException.class, this::token);
        pass(1);
        assertThrows(MaskinportenException.class, this::token);
        pass(2);
        maskinporten.answer = maskinporten::token;
        String good = token();
        tokens.discard(SCOPE, ActingFor.OURSELVES, good);
        maskinporten.answer = NO;
        assertThrows(MaskinportenException.class, this::token);
        pass(1);
        maskinporten.answer = maskinporten::token;
        assertEquals("token-2", token());
    }

    @Test
    void aClockSetBackDoesNotProlongAPause() {
        maskinporten.answer = NO;
        assertThrows(MaskinportenException.class, this::token);
        maskinporten.answer = maskinporten::token;
        pass(-3600);
        assertEquals("token-1", token());
    }

    @Test
    void aRefusedTokenIsDroppedOnce() {
        String refused = token();
        tokens.discard(SCOPE, ActingFor.OURSELVES, refused);
        assertEquals("token-2", token());
        tokens.discard(SCOPE, ActingFor.OURSELVES, refused);
        tokens.discard(SCOPE, new ActingFor("987654321", null), "token-2");
        tokens.discard(SCOPE, ActingFor.OURSELVES, null);
        assertEquals("token-2", token());
        assertEquals(2, asked());
    }

    private String token() {
        return tokens.token(SCOPE, ActingFor.OURSELVES);
    }

    private int asked() {
        return maskinporten.grants.size();
    }

    private void pass(long seconds) {
        now = now.plusSeconds(seconds);
    }

    /** Asks in the background, and waits until the failure is known. */
    private void renewalFails(int asked) {
        try (LogLines log = new LogLines()) {
            assertEquals("token-1", token());
            await().until(() -> log.all().contains("could not be renewed"));
        }
        assertEquals(asked, asked());
    }

    private CountDownLatch hold(FakeMaskinporten.Answer then) {
        CountDownLatch latch = new CountDownLatch(1);
        maskinporten.answer = exchange -> {
            latch.await();
            then.to(exchange);
        };
        return latch;
    }

    private <T> List<Future<T>> callers(int count, Callable<T> call) {
        CyclicBarrier together = new CyclicBarrier(count);
        List<Future<T>> callers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            callers.add(threads.submit(() -> {
                together.await();
                return call.call();
            }));
        }
        return callers;
    }

    private static <T> Set<T> results(List<Future<T>> callers) throws Exception {
        Set<T> results = new HashSet<>();
        for (Future<T> caller : callers) {
            results.add(caller.get(10, TimeUnit.SECONDS));
        }
        return results;
    }
}
