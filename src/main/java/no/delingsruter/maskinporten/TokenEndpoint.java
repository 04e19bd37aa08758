package no.delingsruter.maskinporten;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import no.delingsruter.network.TlsTrouble;
import no.delingsruter.support.Daemons;
import no.delingsruter.support.ForwardProxy;
import no.delingsruter.support.HttpDate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks Maskinporten for a token, as its page "/token endpoint" has it. */
final class TokenEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(TokenEndpoint.class);
    /** What the JDK's client says of a proxy that asks for the password again and again. */
    private static final String REFUSED_AGAIN = "too many authentication attempts";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private static final int DEFAULT_SECONDS = 60;
    private static final int MOST_BYTES = 100_000;
    private static final int MOST_SECONDS = 86_400;
    /** Statuses and errors that say "later" and not "no" (RFC 9110, RFC 6585, RFC 6749 4.1.2.1). */
    private static final Set<Integer> LATER_STATUS = Set.of(408, 425, 429);

    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;
    private static final Set<String> LATER_ERROR = Set.of("server_error", "temporarily_unavailable");

    /** Made while the start goes on, for nothing is asked yet: it takes a sixth of a second. */
    private final CompletableFuture<HttpClient> http;

    /** Else, on a small machine, each step has a new thread without a name. */
    private final Executor threads = Executors.newCachedThreadPool(Daemons.named("maskinporten"));

    /** The refusal that was logged last, by scope. */
    private final Map<String, String> logged = new ConcurrentHashMap<>();

    private final URI address;
    private final @Nullable ForwardProxy proxy;
    private final Duration timeout;
    private final CurrentKey key;
    private final InstantSource clock;
    private volatile @Nullable Duration ahead;

    /** @param way what the client is to know of TLS */
    TokenEndpoint(
            MaskinportenSettings settings, CurrentKey key, InstantSource clock, UnaryOperator<HttpClient.Builder> way) {
        this.address = settings.tokenUrl();
        this.timeout = settings.requestTimeout();
        this.proxy = settings.proxy();
        // HTTP/1.1: GOAWAY on a shared HTTP/2 connection has been taken for a limit by others
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .executor(threads);
        if (proxy != null) {
            builder.proxy(proxy.selector());
            if (!proxy.user().isEmpty()) {
                builder.authenticator(proxy.authenticator());
            }
        }
        this.http = CompletableFuture.supplyAsync(way.apply(builder)::build, threads);
        this.key = key;
        this.clock = clock;
    }

    /** @return a token or a {@link MaskinportenException}, after the request time-out at the latest */
    CompletableFuture<Token> request(String scope, ActingFor actingFor) {
        Instant asked = clock.instant();
        return post(scope, actingFor)
                // A connection kept alive may have been closed at the other end. Once more, with another grant: the
                // first may have arrived.
                .exceptionallyCompose(
                        t -> closed(cause(t)) ? post(scope, actingFor) : CompletableFuture.failedFuture(t))
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .handleAsync(
                        (answer, t) -> {
                            if (t != null) {
                                throw unanswered(cause(t));
                            }
                            return token(answer, asked, scope);
                        },
                        threads);
    }

    private CompletableFuture<HttpResponse<String>> post(String scope, ActingFor actingFor) {
        String form = "grant_type=" + URLEncoder.encode(GRANT_TYPE, StandardCharsets.US_ASCII) + "&assertion="
                + key.signer().sign(scope, actingFor);
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(timeout)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(form, StandardCharsets.US_ASCII))
                .build();
        return http.thenCompose(client -> send(client, request));
    }

    private CompletableFuture<HttpResponse<String>> send(HttpClient client, HttpRequest request) {
        CompletableFuture<HttpResponse<String>> sent = client.sendAsync(request, answer -> new BoundedText(MOST_BYTES));
        // The client's own time-out ends with the headers; a body that never ends must not hold the connection
        return sent.copy()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((answer, t) -> sent.cancel(true));
    }

    /** How far this machine's clock is ahead of the token address's (negative: behind), by its last answer, to about a second; null when it has not said. */
    @Nullable
    Duration ahead() {
        return ahead;
    }

    private void compareClocks(HttpResponse<String> answer, Instant asked) {
        Instant received = clock.instant();
        Instant middle = asked.plus(Duration.between(asked, received).dividedBy(2));
        Instant theirs = HttpDate.of(answer.headers().firstValue("Date").orElse(null));
        if (theirs != null) {
            // Its date has no fraction of a second
            ahead = Duration.between(theirs.plusMillis(500), middle);
        }
    }

    private Token token(HttpResponse<String> answer, Instant asked, String scope) {
        int status = answer.statusCode();
        if (status == PROXY_AUTHENTICATION_REQUIRED && proxy != null) {
            throw new MaskinportenException(proxy.refused(status).getMessage(), true, null);
        }
        compareClocks(answer, asked);
        JsonNode json = json(answer.body());
        String error = status < 400 ? null : json.path("error").textValue();
        Refusal refusal = Refusal.of(
                error,
                json.path("error_description").textValue(),
                json.path("error_uri").textValue());
        if (error != null) {
            String said = "Maskinporten answered " + status + " to a grant for " + scope + ": error="
                    + ForeignText.safe(error) + " error_description=" + ForeignText.safe(refusal.description());
            if (!said.equals(logged.put(scope, said))) {
                LOG.warn(said);
            }
        }
        if (status >= 500 || LATER_STATUS.contains(status) || (error != null && LATER_ERROR.contains(error))) {
            throw new MaskinportenException("Maskinporten answered " + status + ": it may answer later", false, null);
        }
        if (error != null) {
            throw new MaskinportenException(refusal.sentence(scope, key.isCertified()), !refusal.passing(), null);
        }
        String value = json.path("access_token").asText("");
        // It goes into a header: nothing but visible characters
        if (status / 100 != 2 || !value.matches("[!-~]+")) {
            throw new MaskinportenException(
                    "The token address answered " + status + " with neither a token nor an error: check "
                            + "maskinporten.token-url, and what stands between here and " + address.getHost(),
                    false,
                    null);
        }
        logged.remove(scope);
        long seconds = Math.min(json.path("expires_in").asLong(DEFAULT_SECONDS), MOST_SECONDS);
        LOG.debug("Maskinporten gave a token for {} that lives {} s", scope, seconds);
        return Token.living(value, asked, Duration.ofSeconds(seconds));
    }

    private MaskinportenException unanswered(Throwable cause) {
        if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
            return new MaskinportenException(
                    "Maskinporten at " + address.getHost() + " did not answer within " + timeout.toMillis()
                            + " ms: check the network if it goes on",
                    false,
                    null);
        }
        String untrusted = TlsTrouble.sentence("Maskinporten at " + address.getHost(), "maskinporten.token-url", cause);
        if (untrusted != null) {
            return new MaskinportenException(untrusted, true, cause);
        }
        if (proxy != null && String.valueOf(cause.getMessage()).contains(REFUSED_AGAIN)) {
            return new MaskinportenException(
                    proxy.refused(PROXY_AUTHENTICATION_REQUIRED).getMessage(), true, null);
        }
        return new MaskinportenException(
                "Maskinporten at " + address.getHost() + " could not be reached ("
                        + cause.getClass().getSimpleName()
                        + ")" + (proxy == null ? "" : " by the proxy " + proxy)
                        + ": check maskinporten.token-url, proxy and network if it goes on",
                false,
                cause);
    }

    private static boolean closed(Throwable cause) {
        return cause instanceof IOException
                && !(cause instanceof HttpTimeoutException)
                && !(cause instanceof ConnectException);
    }

    private static Throwable cause(Throwable t) {
        return t instanceof CompletionException && t.getCause() != null ? t.getCause() : t;
    }

    private static JsonNode json(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            // The parser's message repeats the body, so it ends here
            return JSON.missingNode();
        }
    }
}
