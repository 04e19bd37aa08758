package no.delingsruter.simulator.maskinporten;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import no.delingsruter.simulator.call.Answer;
import no.delingsruter.simulator.count.Counters;

/** The token endpoint: verifies a JWT grant as Maskinporten does and issues an opaque token. Thread safe. */
public final class Maskinporten {
    private static final int KEPT = 100;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String defaultOrganisation;
    private final Clients clients = new Clients();
    private final Tokens tokens = new Tokens();
    private final Counters counters;
    private final Signature signature = new Signature(clients);
    private final Claims claims;
    private final Deque<Grant> grants = new ArrayDeque<>();
    private volatile long lifetimeSeconds;

    /**
     * @param issuer ends with a slash
     * @param defaultOrganisation of clients as long as none is registered
     */
    public Maskinporten(
            String issuer, Set<String> scopes, String defaultOrganisation, long lifetimeSeconds, Counters counters) {
        this.defaultOrganisation = defaultOrganisation;
        this.lifetimeSeconds = lifetimeSeconds;
        this.counters = counters;
        claims = new Claims(issuer, scopes, clients::lacks, clients::isApproved);
    }

    public Clients clients() {
        return clients;
    }

    public Tokens tokens() {
        return tokens;
    }

    /** How long tokens live that are issued from now on, in seconds. */
    public void lifetime(long seconds) {
        lifetimeSeconds = seconds;
    }

    /** The last grants, oldest first. */
    public List<Grant> grants() {
        synchronized (grants) {
            return List.copyOf(grants);
        }
    }

    /**
     * Answers a request for a token.
     *
     * @param contentType null when absent
     * @param body the form
     */
    public Answer token(String contentType, String body) {
        SignedJWT grant = null;
        String organisation = null;
        String refusal = null;
        try {
            grant = read(contentType, body);
            JWTClaimsSet set = grant.getJWTClaimsSet();
            String client = set.getIssuer();
            String own = client == null ? null : clients.organisation(client, defaultOrganisation);
            if (own == null) {
                throw Refusal.client("MP-119", "Invalid assertion: unknown client");
            }
            signature.check(grant, client);
            claims.check(set, own);
            claims.use(set);
            Object consumer = set.getClaim("consumer_org");
            String systembruker = Systembruker.organisation(set.getClaim("authorization_details"));
            organisation = consumer != null ? (String) consumer : systembruker != null ? systembruker : own;
            counters.granted();
            return granted((String) set.getClaim("scope"), organisation);
        } catch (ParseException e) {
            refusal = "invalid_grant MP-099";
            return refused(Refusal.grant("MP-099", "Invalid assertion: it is no signed JWT"));
        } catch (Refusal e) {
            refusal = e.error + " " + e.code;
            return refused(e);
        } finally {
            if (refusal != null) {
                counters.refused(refusal);
            }
            keep(grant, organisation, refusal);
        }
    }

    private static SignedJWT read(String contentType, String body) throws Refusal, ParseException {
        if (contentType == null
                || !contentType.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")) {
            throw new Refusal("invalid_request", "MP-001", "Content-Type must be application/x-www-form-urlencoded");
        }
        Map<String, String> form = form(body);
        if (!"urn:ietf:params:oauth:grant-type:jwt-bearer".equals(form.get("grant_type"))) {
            throw new Refusal(
                    "unsupported_grant_type",
                    "MP-002",
                    "grant_type must be urn:ietf:params:oauth:grant-type:jwt-bearer");
        }
        if (form.get("assertion") == null) {
            throw new Refusal("invalid_request", "MP-003", "assertion is missing");
        }
        return SignedJWT.parse(form.get("assertion"));
    }

    private static Map<String, String> form(String body) throws Refusal {
        Map<String, String> form = new HashMap<>();
        for (String pair : body.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                try {
                    form.put(
                            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    throw new Refusal("invalid_request", "MP-001", "the form is not encoded as it should be");
                }
            }
        }
        return form;
    }

    private Answer granted(String scope, String organisation) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("access_token", tokens.issue(scope, organisation, lifetimeSeconds));
        body.put("token_type", "Bearer");
        body.put("expires_in", lifetimeSeconds);
        body.put("scope", scope);
        return json(200, body).header("Cache-Control", "no-store");
    }

    private static Answer refused(Refusal refusal) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", refusal.error);
        body.put("error_description", refusal.getMessage() + " (" + refusal.code + ")");
        body.put("error_uri", "https://docs.digdir.no/docs/Maskinporten/maskinporten_feilmeldinger#" + refusal.code);
        return json(refusal.error.equals("invalid_client") ? 401 : 400, body);
    }

    private static Answer json(int status, Map<String, Object> body) {
        try {
            return Answer.of(status, "application/json", JSON.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void keep(SignedJWT grant, String organisation, String refusal) {
        Map<String, Object> header = Map.of();
        Map<String, Object> said = Map.of();
        if (grant != null) {
            header = grant.getHeader().toJSONObject();
            try {
                said = grant.getPayload().toJSONObject();
            } catch (RuntimeException e) {
                said = Map.of();
            }
        }
        synchronized (grants) {
            grants.addLast(new Grant(Instant.now(), header, said == null ? Map.of() : said, organisation, refusal));
            if (grants.size() > KEPT) {
                grants.removeFirst();
            }
        }
    }
}
