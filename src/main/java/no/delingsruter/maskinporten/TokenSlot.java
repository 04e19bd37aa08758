package no.delingsruter.maskinporten;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import no.delingsruter.support.ProcessEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The newest token for one key, at most one request for the next, and the pause after a failure. */
final class TokenSlot {
    private static final Logger LOG = LoggerFactory.getLogger(TokenSlot.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Supplier<CompletableFuture<Token>> request;
    private final InstantSource clock;

    private Token token;
    private CompletableFuture<Token> flight;
    private MaskinportenException failure;
    private Instant failedAt;
    private Duration pause = Duration.ZERO;
    private boolean renewalFails;

    /** @param request completes within the request time-out, which so bounds every wait here */
    TokenSlot(Supplier<CompletableFuture<Token>> request, InstantSource clock) {
        this.request = request;
        this.clock = clock;
    }

    /** @throws MaskinportenException when there is no valid token to be had */
    Token get() {
        Token usable;
        CompletableFuture<Token> shared;
        boolean mine;
        synchronized (this) {
            Instant now = clock.instant();
            usable = token != null && token.validAt(now) ? token : null;
            mine = flight == null && (usable == null || usable.dueAt(now)) && !pausing(now);
            if (mine) {
                flight = new CompletableFuture<>();
            }
            shared = flight;
            if (usable == null && shared == null) {
                throw failure;
            }
        }
        if (mine) {
            start(shared);
        }
        return usable != null ? usable : await(shared);
    }

    /** Drops the token if it is still the one that was refused. */
    synchronized void discard(String refused) {
        if (token != null && token.value().equals(refused)) {
            token = null;
        }
    }

    // A clock that was set back must not turn a pause of seconds into one of hours
    private boolean pausing(Instant now) {
        return failure != null && !now.isBefore(failedAt) && now.isBefore(failedAt.plus(pause));
    }

    private void start(CompletableFuture<Token> shared) {
        CompletableFuture<Token> answer;
        try {
            answer = request.get();
        } catch (Throwable e) {
            ProcessEnd.ifFatal(e);
            // Whoever waits for this token is told
            answer = CompletableFuture.failedFuture(e);
        }
        var unused = answer.whenComplete((fresh, t) -> {
            if (t == null) {
                landed(fresh);
                shared.complete(fresh);
            } else {
                shared.completeExceptionally(failed(t));
            }
        });
    }

    private synchronized void landed(Token fresh) {
        if (renewalFails) {
            renewalFails = false;
            LOG.info("The token is renewed again");
        }
        token = fresh;
        flight = null;
        failure = null;
        pause = Duration.ZERO;
    }

    private synchronized MaskinportenException failed(Throwable t) {
        Throwable cause = t instanceof CompletionException && t.getCause() != null ? t.getCause() : t;
        failure = cause instanceof MaskinportenException known
                ? known
                : new MaskinportenException(
                        "No grant could be sent to Maskinporten ("
                                + cause.getClass().getSimpleName() + ")",
                        false,
                        cause);
        flight = null;
        failedAt = clock.instant();
        Duration doubled = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        if (token == null || !token.validAt(failedAt)) {
            // Whoever asked for it is told
            LOG.debug("There is no token; next try in {} s. {}", pause.toSeconds(), failure.getMessage());
        } else {
            LOG.atLevel(renewalFails ? Level.DEBUG : Level.WARN)
                    .log(
                            "The token could not be renewed and is used until {}; next try in {} s. {}",
                            token.expiresAt(),
                            pause.toSeconds(),
                            failure.getMessage());
            renewalFails = true;
        }
        return failure;
    }

    private static Token await(CompletableFuture<Token> shared) {
        try {
            return shared.get();
        } catch (ExecutionException e) {
            throw (MaskinportenException) e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MaskinportenException("Interrupted while waiting for Maskinporten", false, e);
        }
    }
}
