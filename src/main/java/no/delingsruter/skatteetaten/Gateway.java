package no.delingsruter.skatteetaten;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import no.delingsruter.maskinporten.MaskinportenException;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.CallFailedException.Kind;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Statistics;
import no.delingsruter.support.AnswerMemory;
import no.delingsruter.support.SteadyClock;
import no.delingsruter.work.Lease;
import no.delingsruter.work.Leases;
import no.delingsruter.work.OpenCall;
import org.jspecify.annotations.Nullable;

/**
 * Every call to Skatteetaten passes here, list or lookup, first try or retry: permit, token, new Korrelasjonsid, and after
 * the answer the permit goes back. Rules of use: Skatteetaten, "Bruk av API" (at most five calls at once per API and
 * organisation) and "Feilhåndtering" (a Korrelasjonsid is never used twice).
 */
public final class Gateway {
    private static final String LIST_SUFFIX = "hendelser";
    /** A server may notice later than we do that an abandoned call is over; until then its place is not given away. */
    private static final Duration A_LITTLE_LATER = Duration.ofMillis(250);

    private final int maxInFlight;
    private final String accept;
    private final CallTokens tokens;
    private final Alerts alerts;
    private final Map<Id, ConcurrencyLimiter> permits = new ConcurrentHashMap<>();
    private final Leases leases;
    private final States states;
    private final AtomicLong slowest = new AtomicLong();
    private volatile boolean closed;
    private volatile Consumer<Id> opened = id -> {};
    private volatile Ended called = (id, status, time) -> {};

    /** Where tokens come from. */
    public interface Tokens {
        /** @throws MaskinportenException when there is none */
        String token(String scope, String organisation);

        void discard(String scope, String organisation, String token);

        /** When the key that they are asked for with expires; empty when that is not known. */
        default Optional<Instant> keyExpires() {
            return Optional.empty();
        }
    }

    /** Whether an operator lets a service's calls be made. */
    public interface States {
        /** @param lookup empty for the event list */
        boolean mayCall(String service, String organisation, String lookup);
    }

    /** Who is told of calls that have ended. */
    public interface Ended {
        /** @param status 0 when there was no whole answer */
        void ended(Id id, int status, Duration time);
    }

    /** Calls are counted by this. */
    public record Id(String group, String organisation) implements Comparable<Id> {
        static Id of(Call call) {
            return new Id(Gateway.group(call.api), call.organisation);
        }

        @Override
        public int compareTo(Id other) {
            int byGroup = group.compareTo(other.group);
            return byGroup != 0 ? byGroup : organisation.compareTo(other.organisation);
        }
    }

    /**
     * @param maxInFlight calls open at once per organisation and API
     * @param accept      media type asked for
     * @param alerts     told when slots are taken out of use because an API is overloaded
     */
    public Gateway(int maxInFlight, String accept, Tokens tokens, Alerts alerts) {
        this(maxInFlight, accept, tokens, alerts, Leases.ALONE, (service, organisation, lookup) -> true);
    }

    /**
     * @param leases under which calls may be made
     * @param states that an operator has put services into
     */
    public Gateway(int maxInFlight, String accept, Tokens tokens, Alerts alerts, Leases leases, States states) {
        this.leases = leases;
        this.states = states;
        this.maxInFlight = maxInFlight;
        this.accept = accept;
        this.tokens = new CallTokens(tokens, alerts);
        this.alerts = alerts;
    }

    /** The HTTP exchange of a call. */
    public interface Http {
        /** @throws Exception when there is no whole answer */
        Answer exchange(Call call, Map<String, String> headers) throws Exception;
    }

    /**
     * What came back.
     *
     * @param contentType null for none, as are the following
     */
    @SuppressWarnings("ArrayRecordComponent") // the bytes as received; two answers are never compared
    public record Answer(
            int status,
            byte[] body,
            @Nullable String contentType,
            @Nullable String etag,
            @Nullable String retryAfter,
            @Nullable String date) {
        /** Never the body: this may reach a log. */
        @Override
        public String toString() {
            return "answer " + status;
        }
    }

    /**
     * Makes a call: waits for a permit, holds it for the HTTP exchange alone, and gives it back however that ends. The call then holds
     * the answer.
     *
     * @throws CallFailedException when no call may be made, no token is to be had, or there is no whole answer
     */
    public void call(Call call, Http http) throws InterruptedException {
        Id id = Id.of(call);
        ConcurrencyLimiter place = permits(id);
        Lease lease = leases.ofApi(id.group(), id.organisation());
        mayCall(place, lease, call);
        // Asked for before the permit too: a permit should not wait for Maskinporten
        tokens.of(call);
        place.acquire();
        boolean open = false;
        int status = 0;
        long began = System.nanoTime();
        try {
            mayCall(place, lease, call);
            call.token = tokens.of(call);
            call.stillOpen = A_LITTLE_LATER;
            call.begins(UUID.randomUUID().toString());
            open = true;
            began = System.nanoTime();
            Answer answer = exchange(call, http, place, lease);
            open = false;
            status = answer.status();
            alerts.ends(BrokenExchange.MEMORY, "enough again");
            call.answered(answer.status(), answer.body(), answer.contentType(), answer.etag());
            slowest.accumulateAndGet(call.nanos(), Math::max);
            // Before the permit goes back: who gets it must not begin what is known to be too much
            heed(call, place, answer);
        } finally {
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            if (open || status > 0) {
                called.ended(id, status, took);
            }
            if (open) {
                lease.givenUp(call.stillOpen);
                CompletableFuture.delayedExecutor(call.stillOpen.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(place::release);
            } else {
                place.release();
            }
        }
    }

    @SuppressWarnings("try") // closing it is its use
    private Answer exchange(Call call, Http http, ConcurrencyLimiter place, Lease lease) {
        Map<String, String> headers = new HashMap<>(call.headers());
        headers.put("Authorization", "Bearer " + call.token);
        headers.put("Accept", call.accept == null ? accept : call.accept);
        headers.put("Korrelasjonsid", call.korrelasjonsid());
        if (call.ifNoneMatch != null) {
            headers.put("If-None-Match", call.ifNoneMatch);
        }
        long began = System.nanoTime();
        OpenCall open = lease.opens().beginsBy(() -> {
            if (place.begin()) {
                mayCall(place, lease, call);
            }
        });
        try (open;
                AnswerMemory.Share unusedUnlessNoLookupHoldsOne = AnswerMemory.OF_THE_HEAP.share()) {
            return http.exchange(call, headers);
        } catch (Exception e) {
            if (open.isCutOff() || !lease.mayCall()) {
                call.stillOpen = Collections.max(List.of(A_LITTLE_LATER, open.stillOpen()));
                throw call.failed(Kind.NOT_NOW, "cut off, for another instance may call now", null);
            }
            throw BrokenExchange.of(call, e, began, alerts);
        }
    }

    /** No call begins after this; those that are open go on. */
    public void close() {
        closed = true;
    }

    /** @param listener told of each API and organisation when it is called for the first time */
    public void whenOpened(Consumer<Id> listener) {
        opened = listener;
    }

    /** @param listener told of each call when it has ended */
    public void whenEnded(Ended listener) {
        called = listener;
    }

    /** Calls open now. */
    public int inFlight(Id id) {
        ConcurrencyLimiter place = permits.get(id);
        return place == null ? 0 : place.inFlight();
    }

    /** Calls that may be open at once now. */
    public int slots(Id id) {
        ConcurrencyLimiter place = permits.get(id);
        return place == null ? maxInFlight : place.slots();
    }

    /** Calls that were not made because there was no token. */
    public long tokenFailures(Id id) {
        return tokens.failures(id);
    }

    /** When the key that tokens are asked for with expires; empty when that is not known. */
    public Optional<Instant> keyExpires() {
        return tokens.keyExpires();
    }

    /** The slowest call since the last time that this was asked. */
    public Duration slowest() {
        return Duration.ofNanos(slowest.getAndSet(0));
    }

    /** How many calls one organisation may have open towards one API. */
    public int maxInFlight() {
        return maxInFlight;
    }

    /** The API's name without "hendelser": a list counts together with its API. */
    public static String group(String api) {
        return api.endsWith(LIST_SUFFIX) ? api.substring(0, api.length() - LIST_SUFFIX.length()) : api;
    }

    private ConcurrencyLimiter permits(Id of) {
        return permits.computeIfAbsent(of, id -> {
            opened.accept(id);
            return new ConcurrencyLimiter(maxInFlight, changes(id));
        });
    }

    private ConcurrencyLimiter.Changes changes(Id id) {
        String what = "Calls to " + new Statistics.Id(id.group(), id.organisation());
        return new ConcurrencyLimiter.Changes() {
            @Override
            public void fewer(int slots) {
                alerts.begins(
                        what,
                        "the API answers that it is too much (429 or 503); " + slots + " of " + maxInFlight
                                + " slots in use, fewer if it goes on, then slowly more");
            }

            @Override
            public void all() {
                alerts.ends(what, "all " + maxInFlight + " slots in use again");
            }
        };
    }

    private void mayCall(ConcurrencyLimiter place, Lease lease, Call call) {
        if (closed) {
            throw new CallFailedException(Kind.NOT_NOW, "the job is being stopped", null, null);
        }
        if (!lease.mayCall()) {
            throw new CallFailedException(Kind.NOT_NOW, "another instance may call now", null, null);
        }
        if (call.service != null && !states.mayCall(call.service, call.organisation, call.lookup)) {
            throw new CallFailedException(Kind.NOT_NOW, "paused or stopped by an operator", null, null);
        }
        Instant notBefore = place.notBefore();
        if (notBefore.isAfter(SteadyClock.now())) {
            throw new CallFailedException(Kind.NOT_NOW, "the API asked for a pause (Retry-After)", null, notBefore);
        }
    }

    private void heed(Call call, ConcurrencyLimiter place, Answer answer) {
        int status = answer.status();
        if (status == 429 || status == 503) {
            place.answered(
                    status == 429 ? ConcurrencyLimiter.TOO_MANY : ConcurrencyLimiter.UNAVAILABLE, call.asksFor());
            Duration pause = RetryAfter.of(answer, call.api);
            if (pause != null) {
                place.pauseUntil(SteadyClock.now().plus(pause));
            }
        } else if (status < 500) {
            place.answered(ConcurrencyLimiter.NONE, call.asksFor());
        }
        tokens.answered(call, status);
    }

    /** Whether new tokens, too, are refused, so that asking for another is of no use. */
    boolean refusesNewTokens(Call call) {
        return tokens.refusesNew(call);
    }
}
