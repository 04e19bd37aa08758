package no.delingsruter.delivery;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import no.delingsruter.model.Done;
import no.delingsruter.model.HeldResult;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.Outcome;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.model.PendingLookup.Delivered;
import no.delingsruter.skatteetaten.lookup.Delivery;
import no.delingsruter.support.KeyedHash;
import no.delingsruter.support.Sha256;
import no.delingsruter.work.LookupExecution;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** The message that receivers get: the payload as body, what is known about it as headers. */
public final class DeliveryMessage implements Delivery {
    private static final ZoneId NORWAY = ZoneId.of("Europe/Oslo");
    /** A-meldinger are due on the 5th; Skatteetaten, "Inntekt API": decide nothing before the 10th of the next month. */
    private static final int COMPLETE_FROM_DAY = 10;

    private final KeyedHash hash;

    /** @param secret of this installation: keys of deliveries cannot be guessed without it */
    public DeliveryMessage(byte[] secret) {
        this.hash = new KeyedHash(secret);
    }

    @Override
    public void prepare(
            Exchange exchange,
            LookupExecution result,
            Outcome outcome,
            byte[] payload,
            String korrelasjonsid,
            boolean identityChanged) {
        PendingLookup lookup = result.lookup();
        LookupKey key = lookup.key();
        Instant fetchedAt = result.fetchedAt();
        String payloadHash = HexFormat.of().formatHex(Sha256.digest().digest(payload));
        Delivered last = lookup.last();
        boolean same = last != null
                && last.outcome().equals(outcome.text())
                && last.payloadHash().equals(payloadHash);
        Delivered delivered =
                same ? last : new Delivered(last == null ? 1 : last.version() + 1, outcome.text(), payloadHash);
        result.result(same ? Done.UNCHANGED : done(outcome), same ? null : delivered);

        Message message = exchange.getMessage();
        message.removeHeaders("*");
        carries(message, key, payload);
        message.setHeader("sekvensnummer", lookup.latestSekvensnummer());
        message.setHeader("outcome", outcome.text());
        message.setHeader("change", change(last, outcome, same));
        message.setHeader("version", delivered.version());
        message.setHeader("incomplete", incomplete(key.gjelderPeriode(), fetchedAt.atZone(NORWAY)));
        message.setHeader("identityChanged", identityChanged);
        message.setHeader("payloadHash", payloadHash);
        message.setHeader("fetchedAt", fetchedAt.truncatedTo(ChronoUnit.MILLIS).toString());
        message.setHeader("korrelasjonsid", korrelasjonsid);
        message.setHeader("idempotencyKey", idempotencyKey(key, lookup.latestSekvensnummer(), delivered));
    }

    private void carries(Message message, LookupKey key, byte[] payload) {
        message.setBody(payload);
        if (payload.length > 0) {
            message.setHeader(Exchange.CONTENT_TYPE, payload[0] == '<' ? "application/xml" : "application/json");
        }
        named(message, key);
    }

    /** The message of a result that is delivered again: as it was, with the header {@code redelivery}. */
    public void again(Message message, HeldResult result) {
        LookupKey key = result.key();
        byte[] payload = result.payload().getBytes(StandardCharsets.UTF_8);
        carries(message, key, payload);
        message.setHeader("sekvensnummer", result.sekvensnummer());
        message.setHeader("outcome", result.outcome());
        message.setHeader("change", result.change());
        message.setHeader("version", result.version());
        message.setHeader("incomplete", result.incomplete());
        message.setHeader("identityChanged", false);
        message.setHeader("payloadHash", result.payloadHash());
        message.setHeader(
                "fetchedAt", result.fetchedAt().truncatedTo(ChronoUnit.MILLIS).toString());
        message.setHeader("korrelasjonsid", result.korrelasjonsid());
        message.setHeader(
                "idempotencyKey",
                idempotencyKey(
                        key,
                        result.sekvensnummer(),
                        new Delivered(result.version(), result.outcome(), result.payloadHash())));
        message.setHeader("redelivery", true);
    }

    private void named(Message message, LookupKey key) {
        message.setHeader("service", key.service());
        message.setHeader("organisation", key.organisation());
        message.setHeader("lookup", key.lookup());
        message.setHeader("identifikator", key.identifikator());
        message.setHeader("gjelderPeriode", key.gjelderPeriode());
        message.setHeader("qualifier", key.qualifier());
        message.setHeader("keyHash", hashed(joined(key)));
    }

    private static Done done(Outcome outcome) {
        return switch (outcome) {
            case NONE -> Done.NONE;
            case DELETED -> Done.DELETED;
            case FOUND, SHIELDED -> Done.DELIVERED;
        };
    }

    private static String change(Delivered last, Outcome outcome, boolean same) {
        if (same) {
            return "unchanged";
        }
        // Some APIs answer "none" about what they have deleted
        boolean gone =
                outcome == Outcome.NONE && last != null && !last.outcome().equals(Outcome.DELETED.text());
        if (outcome == Outcome.DELETED || gone) {
            return "deleted";
        }
        return last == null ? "first" : "changed";
    }

    /** Whether more is still expected of a month. */
    static boolean incomplete(String gjelderPeriode, ZonedDateTime now) {
        if (gjelderPeriode.length() != "2024-01".length()) {
            return false;
        }
        return now.toLocalDate()
                .isBefore(YearMonth.parse(gjelderPeriode).plusMonths(1).atDay(COMPLETE_FROM_DAY));
    }

    /**
     * The same whenever the same result is delivered again for the same event. A lookup that is repeated after a crash may find newer
     * data than the one before: then it is another result, and a receiver that leaves out what it has seen must not leave it out.
     */
    private String idempotencyKey(LookupKey key, long sekvensnummer, Delivered result) {
        return hashed(String.join(
                "\n",
                joined(key),
                Long.toString(sekvensnummer),
                Integer.toString(result.version()),
                result.outcome(),
                result.payloadHash()));
    }

    private static String joined(LookupKey key) {
        return String.join(
                "\n",
                key.service(),
                key.organisation(),
                key.lookup(),
                key.identifikator(),
                key.gjelderPeriode(),
                key.qualifier());
    }

    private String hashed(String text) {
        return HexFormat.of().formatHex(hash.bytes(text), 0, 16);
    }
}
