package no.delingsruter.skatteetaten.lookup;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.CallFailedException.Kind;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Statistics;
import no.delingsruter.skatteetaten.BrokenAnswerException;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.ErrorBody;
import no.delingsruter.skatteetaten.Formats;
import no.delingsruter.skatteetaten.Outcomes;
import no.delingsruter.skatteetaten.Refusal;
import no.delingsruter.skatteetaten.Skatteetaten;
import no.delingsruter.work.LookupExecution;
import org.apache.camel.Exchange;

/**
 * One call for several lookups of one organisation that are under way at the same time. Each keeps its own pending row,
 * transaction, retries and parking; only first tries are shared, and what a shared call does not answer is looked up alone.
 * Rules: Skatteetaten, "Folkeregisteret, oppslag": POST of one array, at most 1000, JSON.
 */
public final class BulkOppslag {
    /** The most that Folkeregisteret takes. */
    public static final int MOST = 1000;

    private static final String MEMBER = "skatteetaten.gathering";
    private static final ObjectMapper JSON = new ObjectMapper();
    /** After a failed call, so long each lookup is made alone: should one of them be at fault, that one alone then fails. */
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);
    /** No key's fault. */
    private static final Set<Integer> OVERLOAD = Set.of(429, 503);

    private static final Duration AFTER_REFUSAL = Duration.ofMinutes(10);

    private final Skatteetaten skatteetaten;
    private final Alerts alerts;
    private final String api;
    private final String scope;
    private final String path;
    private final boolean byQualifier;
    private final String field;
    private final String part;
    private final int most;
    private final int window;
    private final Outcomes outcomes;
    private final long patience;
    /** By organisation; guarded by this. */
    private final Map<String, LookupBatch> open = new HashMap<>();

    private final Map<String, Long> resting = new ConcurrentHashMap<>();

    /** One lookup's place in a gathering. */
    private record Member(LookupBatch batch, String id) {
        @Override
        public String toString() {
            return "member of a gathering";
        }
    }

    /**
     * @param by       what of the key is sent: identifikator or qualifier
     * @param field    the request's array, and what an element of the answer is about
     * @param part     what an element of the answer holds
     * @param most     lookups in one call
     * @param window   milliseconds that the first lookup waits for others
     * @param outcomes see {@link Outcomes}
     */
    public BulkOppslag(
            Lookups lookups,
            String api,
            String scope,
            String path,
            String by,
            String field,
            String part,
            int most,
            int window,
            String outcomes) {
        this.skatteetaten = lookups.skatteetaten();
        this.alerts = lookups.alerts();
        this.api = api;
        this.scope = scope;
        this.path = path;
        this.byQualifier = by.equals("qualifier");
        this.field = field;
        this.part = part;
        this.most = Math.min(Math.min(most, MOST), skatteetaten.settings().positive("lookup.workers"));
        this.window = window;
        this.outcomes = skatteetaten.outcomes(api, outcomes);
        this.patience = 2
                * skatteetaten
                        .settings()
                        .duration("skatteetaten.request-timeout")
                        .toMillis();
    }

    /** Joins others, or waits for them; true for the one that makes the call for all. */
    public boolean leads(Exchange exchange) throws InterruptedException {
        PendingLookup lookup = result(exchange).lookup();
        LookupKey key = lookup.key();
        if (most < 2 || lookup.attempts() > 0 || result(exchange).answer() != null || rests(key.organisation())) {
            return false;
        }
        String id = byQualifier ? key.qualifier() : key.identifikator();
        synchronized (this) {
            LookupBatch batch = open.computeIfAbsent(key.organisation(), any -> new LookupBatch());
            if (!batch.add(id)) {
                return false;
            }
            exchange.setProperty(MEMBER, new Member(batch, id));
            if (batch.size() >= most) {
                complete(key.organisation(), batch);
            }
            if (!batch.ids().iterator().next().equals(id)) {
                return false;
            }
            await(batch);
            complete(key.organisation(), batch);
            if (batch.size() > 1) {
                return true;
            }
        }
        exchange.removeProperty(MEMBER);
        return false;
    }

    private void await(LookupBatch batch) throws InterruptedException {
        long until = System.nanoTime() + window * 1_000_000L;
        for (long left = window; left > 0 && !batch.isComplete(); left = (until - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
    }

    private void complete(String organisation, LookupBatch batch) {
        batch.complete();
        open.remove(organisation, batch);
        notifyAll();
    }

    /** Prepares the call for all that have gathered. */
    public void request(Exchange exchange) throws IOException {
        Set<String> ids = member(exchange).batch().ids();
        LookupKey key = result(exchange).lookup().key();
        new Call(api, key.organisation(), scope, path, query(key))
                .template(path)
                .accepting(Formats.JSON)
                .by(skatteetaten.access(key.service()))
                .of(key.service(), key.lookup())
                .posting(JSON.writeValueAsBytes(Map.of(field, ids)))
                .attachTo(exchange);
    }

    /** What {@code <service>.lookup-path} asks for holds for shared calls too: who asks for less of a person must not get all. */
    private String query(LookupKey key) {
        String[] configured = LookupAddress.path(skatteetaten.settings(), key.service(), key.lookup(), "")
                .split("\\?", 2);
        return configured.length == 2 ? configured[1] : null;
    }

    /** Gives each lookup its part of the answer, or the failure, or leaves it to be made alone. */
    public void share(Exchange exchange) {
        LookupBatch batch = member(exchange).batch();
        LookupKey key = result(exchange).lookup().key();
        try {
            Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
            if (failure != null) {
                throw failure instanceof CallFailedException failed ? failed : notMade();
            }
            answered(batch, Call.of(exchange), key);
        } catch (CallFailedException e) {
            if (e.kind() == Kind.BUSY && !OVERLOAD.contains(e.answer().status())) {
                rest(key.organisation(), AFTER_FAILURE);
            }
            batch.fail(e);
        } finally {
            // Nobody waits for ever, whatever happened
            batch.fail(notMade());
        }
    }

    private void answered(LookupBatch batch, Call call, LookupKey key) {
        if (call.status() == 200) {
            Map<String, byte[]> found = parts(call);
            batch.ids()
                    .forEach(id ->
                            batch.answer(id, found.containsKey(id) ? call.part(found.get(id), batch.size()) : null));
            alerts.ends(name(key));
            return;
        }
        String kode = ErrorBody.kode(call);
        Outcomes.Meaning meaning = outcomes.of(call.status(), kode);
        switch (meaning) {
            case BUSY, TOKEN -> throw Refusal.of(call, kode, meaning, skatteetaten.gateway());
            case REFUSED_FOR_ALL -> {
                alerts.begins(
                        name(key),
                        call.status() + (kode == null ? "" : " " + kode) + " from " + api
                                + "; each lookup is made alone, and sharing is tried again every "
                                + AFTER_REFUSAL.toMinutes() + " minutes");
                rest(key.organisation(), AFTER_REFUSAL);
                batch.dissolve();
            }
            // One of them is not liked: alone, the others get their answers
            default -> batch.dissolve();
        }
    }

    /** The exchange's part of the shared answer goes on with it; without one, its lookup is made alone. */
    public void take(Exchange exchange) throws InterruptedException {
        Member member = (Member) exchange.removeProperty(MEMBER);
        if (member != null) {
            Call call = member.batch().part(member.id(), patience);
            if (call != null) {
                call.shareWith(exchange);
            }
        }
    }

    private Map<String, byte[]> parts(Call call) {
        try {
            if (!Formats.JSON.equals(call.mediaType())) {
                throw new BrokenAnswerException("the answer is not in the format asked for");
            }
            return BulkAnswer.parts(call.body(), field, part);
        } catch (BrokenAnswerException e) {
            throw call.failed(Kind.BUSY, "200 from " + api + ", but " + e.getMessage(), null);
        }
    }

    private boolean rests(String organisation) {
        Long until = resting.get(organisation);
        return until != null && System.nanoTime() - until < 0;
    }

    private void rest(String organisation, Duration duration) {
        resting.put(organisation, System.nanoTime() + duration.toNanos());
    }

    private static String name(LookupKey key) {
        return "Shared calls of " + new Statistics.Id(key.service() + "/" + key.lookup(), key.organisation());
    }

    private static CallFailedException notMade() {
        return new CallFailedException(Kind.NOT_NOW, "the call that was shared with others was not made", null, null);
    }

    private static Member member(Exchange exchange) {
        return exchange.getProperty(MEMBER, Member.class);
    }

    private static LookupExecution result(Exchange exchange) {
        LookupExecution result = exchange.getProperty(LookupExecution.PROPERTY, LookupExecution.class);
        if (result == null) {
            throw new IllegalStateException(
                    "bulk-oppslag-action takes messages of pending-lookup-source; this one comes from elsewhere");
        }
        return result;
    }
}
