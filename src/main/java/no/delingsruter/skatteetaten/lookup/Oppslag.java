package no.delingsruter.skatteetaten.lookup;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.CallFailedException.Kind;
import no.delingsruter.model.FetchedAnswer;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.Outcome;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.observation.Statistics;
import no.delingsruter.skatteetaten.Access;
import no.delingsruter.skatteetaten.BrokenAnswerException;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.ErrorBody;
import no.delingsruter.skatteetaten.Outcomes;
import no.delingsruter.skatteetaten.PathTemplate;
import no.delingsruter.skatteetaten.Refusal;
import no.delingsruter.skatteetaten.Skatteetaten;
import no.delingsruter.work.LookupExecution;
import org.apache.camel.Exchange;

/** One kind of lookup: from a pending key to the call for it, and from its answer to a result. */
public final class Oppslag {
    private final Skatteetaten skatteetaten;
    private final String api;
    private final String scope;
    private final String path;
    private final String by;
    private final List<String> answeredBy;
    private final Versions versions;
    private final LookupAddress address;
    private final Contradictions contradictions = new Contradictions();
    private final Outcomes outcomes;
    private final boolean asksWhenDeleted;
    private final boolean namesEarlier;
    private final String formats;
    private final Delivery delivery;
    private final Statistics statistics;

    /**
     * @param path            see {@link PathTemplate}; {@code rettighetspakke}, {@code versjon}, {@code identifikator},
     *                        {@code gjelderPeriode}, {@code gjelderPaaTidspunkt}, {@code qualifier}, the event's own fields ({@code event.<field>})
     *                        and the service's own names ({@code <service>.<name>}) are known; {@code <service>.lookup-path} goes before
     * @param answeredBy      where the answer names whom it is about: paths, comma separated; {@code *.} for any depth
     * @param versions        such as {@code 2022: v4, 2024: v5}, for lookups that are versioned by year ({@code *}: all others); may be
     *                        empty; {@code <service>.version.<year>} goes before
     * @param outcomes        see {@link Outcomes}
     * @param asksWhenDeleted false when the API must not be asked about what an event says is deleted
     * @param namesEarlier    true when an answer may name earlier identifikatorer beside the one asked for
     * @param formats         that the API has, such as {@code json, xml}
     */
    public Oppslag(
            Lookups lookups,
            String api,
            String scope,
            String path,
            String answeredBy,
            String versions,
            String outcomes,
            boolean asksWhenDeleted,
            boolean namesEarlier,
            String formats) {
        this.skatteetaten = lookups.skatteetaten();
        this.delivery = lookups.delivery();
        this.statistics = lookups.statistics();
        this.api = api;
        this.scope = scope;
        this.path = path;
        this.by = api + path;
        this.answeredBy = Arrays.stream(answeredBy.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
        this.versions = new Versions(skatteetaten.settings(), api, versions);
        this.address = new LookupAddress(skatteetaten, path, this.versions);
        this.outcomes = skatteetaten.outcomes(api, outcomes);
        this.asksWhenDeleted = asksWhenDeleted;
        this.namesEarlier = namesEarlier;
        this.formats = formats;
    }

    /** Prepares the call for the exchange's pending lookup. */
    public void request(Exchange exchange) {
        LookupExecution result = result(exchange);
        PendingLookup lookup = result.lookup();
        Map<?, ?> event = exchange.getMessage().getBody(Map.class);
        LookupKey key = lookup.key();
        PathTemplate template = address.template(key);
        try {
            Access access = skatteetaten.access(key.service());
            Call call = new Call(
                            api,
                            key.organisation(),
                            access.scope(scope),
                            template.path(name -> address.value(name, key, event)),
                            template.query(name -> address.value(name, key, event)))
                    .template(template.path())
                    .accepting(mediaType(key))
                    .by(access)
                    .of(key.service(), key.lookup());
            call.whenAnswered(() -> keep(result, call)).attachTo(exchange);
        } catch (IllegalArgumentException e) {
            throw new CallFailedException(Kind.REFUSED, e.getMessage(), null, null);
        }
    }

    /** What can become a result; anything else is asked for again. */
    private void keep(LookupExecution result, Call call) {
        if (call.status() == 200 || call.status() == 404) {
            result.keep(new FetchedAnswer(
                    by, call.status(), call.contentType(), call.korrelasjonsid(), call.body(), Instant.now()));
        }
    }

    /**
     * Whether the API is to be asked: not when it has answered before the process was killed, nor when a call shared with others has the
     * answer, nor when the event says deleted and the API has nothing to say about that.
     */
    public boolean asks(Exchange exchange) {
        boolean answered = Call.isShared(exchange) || result(exchange).before(by) != null;
        return !answered
                && (asksWhenDeleted
                        || !(exchange.getMessage().getBody() instanceof Map<?, ?> event
                                && "slettet".equals(event.get("hendelsetype"))));
    }

    /** A result without a call of its own: a shared one or one made before a kill has the answer, or the event said that the data is deleted. */
    public void known(Exchange exchange) {
        if (Call.isShared(exchange)) {
            Call.takeShared(exchange);
            keep(result(exchange), Call.of(exchange));
            answer(exchange);
            return;
        }
        LookupExecution result = result(exchange);
        FetchedAnswer before = result.before(by);
        if (before != null) {
            new Call(api, result.lookup().key().organisation(), scope, path, null)
                    .with(before)
                    .attachTo(exchange);
            answer(exchange);
            return;
        }
        delivery.prepare(exchange, result, Outcome.DELETED, new byte[0], null, false);
    }

    /**
     * Turns the answer into the message to deliver: the payload as received, what is known about it as headers.
     *
     * @throws CallFailedException when the answer is no result
     */
    public void answer(Exchange exchange) {
        LookupExecution result = result(exchange);
        Call call = Call.of(exchange);
        PendingLookup lookup = result.lookup();
        LookupKey key = lookup.key();
        Statistics.Counts counts = statistics.of(key.service(), key.organisation());
        counts.lookups.increment();
        counts.lookupNanos.add(call.nanos());
        String asked = address.path(key);
        if (call.status() == 200) {
            found(exchange, result, call);
            contradictions.answered(lookup, versions.asked(asked, key), false, counts, "");
            return;
        }
        String kode = ErrorBody.kode(call);
        Outcomes.Meaning meaning = outcomes.of(call.status(), kode);
        switch (meaning) {
            case NONE, EMPTY -> {
                delivery.prepare(exchange, result, Outcome.NONE, new byte[0], call.korrelasjonsid(), false);
                contradictions.answered(lookup, versions.asked(asked, key), true, counts, Versions.cure(asked, key));
            }
            case DELETED ->
                delivery.prepare(exchange, result, Outcome.DELETED, new byte[0], call.korrelasjonsid(), false);
            default ->
                throw Refusal.of(call, kode, meaning, skatteetaten.gateway(), versions.hint(asked, key, call.status()));
        }
    }

    private void found(Exchange exchange, LookupExecution result, Call call) {
        AnswerFacts facts;
        try {
            String mediaType = call.mediaType();
            if (!mediaType(result.lookup().key()).equals(mediaType)) {
                throw new BrokenAnswerException("the answer is not in the format asked for");
            }
            facts = new AnswerFacts(mediaType, call.body(), answeredBy);
        } catch (BrokenAnswerException e) {
            throw call.failed(Kind.BUSY, "200 from " + api + ", but " + e.getMessage(), null);
        }
        PendingLookup lookup = result.lookup();
        boolean another = facts.isOfAnother(lookup.key().identifikator(), namesEarlier);
        if (another
                && !lookup.identityChange()
                && !trustsIdentityChange(lookup.key().service())) {
            throw call.failed(
                    Kind.REFUSED, "200 from " + api + ", but for another identifikator than the one asked for", null);
        }
        delivery.prepare(
                exchange,
                result,
                facts.isShielded() ? Outcome.SHIELDED : Outcome.FOUND,
                call.body(),
                call.korrelasjonsid(),
                another);
    }

    private boolean trustsIdentityChange(String service) {
        return skatteetaten
                .settings()
                .find(service + ".identity-change")
                .orElse("event")
                .equals("trust");
    }

    private String mediaType(LookupKey key) {
        return Skatteetaten.accept(skatteetaten.settings(), key.service(), formats);
    }

    private static LookupExecution result(Exchange exchange) {
        LookupExecution result = exchange.getProperty(LookupExecution.PROPERTY, LookupExecution.class);
        if (result == null) {
            throw new IllegalStateException(
                    "oppslag-action takes messages of pending-lookup-source; this one comes from elsewhere");
        }
        return result;
    }
}
