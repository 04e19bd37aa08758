package no.delingsruter.delivery;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.model.DeliverLaterException;
import no.delingsruter.support.HttpDate;
import no.delingsruter.support.SteadyClock;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * Signs a delivery as Standard Webhooks 1.0 say (webhook-id, webhook-timestamp, webhook-signature), and tells a receiver that is busy
 * from one that has failed.
 */
public final class Webhook {
    private static final String SYMMETRIC = "whsec_";
    private static final Duration USUAL = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

    private List<SecretKeySpec> keys = List.of();

    /**
     * @param secrets as the receiver has given it, {@code whsec_} and Base64; several, with spaces between, while it is being changed;
     *                empty: nothing is signed
     * @throws ConfigurationException when one is something else
     */
    public void setSecret(String secrets) {
        List<SecretKeySpec> given = new ArrayList<>();
        for (String secret : secrets.isBlank() ? new String[0] : secrets.strip().split("\\s+")) {
            try {
                byte[] key = Base64.getDecoder()
                        .decode(secret.startsWith(SYMMETRIC) ? secret.substring(SYMMETRIC.length()) : "?");
                given.add(new SecretKeySpec(key, "HmacSHA256"));
            } catch (IllegalArgumentException e) {
                throw new ConfigurationException(
                        "webhook.secret is none: it is whsec_ and a key in Base64, as the receiver shows it.");
            }
        }
        keys = List.copyOf(given);
    }

    /** Sets the headers of a message that is about to be posted. */
    public void sign(Exchange exchange) throws InvalidPayloadException, GeneralSecurityException {
        Message message = exchange.getMessage();
        String id = String.valueOf(message.getHeader("idempotencyKey"));
        String timestamp = Long.toString(Instant.now().getEpochSecond());
        byte[] body = message.getBody() == null ? new byte[0] : message.getMandatoryBody(byte[].class);
        message.setHeader("webhook-id", id);
        message.setHeader("webhook-timestamp", timestamp);
        List<String> signatures = new ArrayList<>();
        for (SecretKeySpec key : keys) {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            signatures.add("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body)));
        }
        if (!signatures.isEmpty()) {
            message.setHeader("webhook-signature", String.join(" ", signatures));
        }
    }

    /** @throws DeliverLaterException for 429 and 503; for all else, a failure like any */
    public void refused(Exchange exchange) {
        HttpOperationFailedException failure =
                exchange.getProperty(Exchange.EXCEPTION_CAUGHT, HttpOperationFailedException.class);
        int status = failure.getStatusCode();
        if (status != 429 && status != 503) {
            throw new IllegalStateException("webhook.url answers " + status);
        }
        Instant now = Instant.now();
        Instant asked = later(failure.getResponseHeaders(), now);
        boolean tooLong = asked.isAfter(now.plus(LONGEST));
        Instant later = tooLong ? now.plus(LONGEST) : asked;
        throw new DeliverLaterException(
                "webhook.url answers " + status + "; no lookup is made before " + later.truncatedTo(ChronoUnit.SECONDS)
                        + (tooLong ? ", within the hour, though it asks for more" : ", as it asks"),
                SteadyClock.now().plus(Duration.between(now, later)));
    }

    /** When Retry-After allows the next try; a few seconds where it is missing or unreadable. */
    static Instant later(Map<String, String> headers, Instant now) {
        String asked = headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("Retry-After"))
                .map(header -> header.getValue().strip())
                .findFirst()
                .orElse("");
        Instant date = HttpDate.of(asked);
        Instant later = SECONDS.matcher(asked).matches()
                ? now.plusSeconds(Long.parseLong(asked))
                : date == null ? now.plus(USUAL) : date;
        return later.isAfter(now) ? later : now.plus(USUAL);
    }
}
