package no.delingsruter.skatteetaten;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import no.delingsruter.maskinporten.MaskinportenException;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.CallFailedException.Kind;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Alerts.Severity;

/** The tokens that calls are made with: what is told when there is none, and what is known of those that an API refuses. Thread safe. */
final class CallTokens {
    private final Gateway.Tokens tokens;
    private final Alerts alerts;
    private final Map<Gateway.Id, Refusals> refusals = new ConcurrentHashMap<>();
    private final Map<Gateway.Id, LongAdder> failures = new ConcurrentHashMap<>();

    CallTokens(Gateway.Tokens tokens, Alerts alerts) {
        this.tokens = tokens;
        this.alerts = alerts;
    }

    /** @throws CallFailedException when no token is to be had */
    String of(Call call) {
        String what = "Maskinporten, " + call.scope + " for " + call.organisation;
        try {
            String token = tokens.token(call.scope, call.organisation);
            alerts.ends(what, "there is a token again");
            return token;
        } catch (MaskinportenException e) {
            if (!e.refused()) {
                // A refusal is told by the list and the lookups that it stops
                alerts.begins(what, "no token, and so no call: " + e.getMessage(), Severity.STANDSTILL);
            }
            failures.computeIfAbsent(Gateway.Id.of(call), id -> new LongAdder()).increment();
            throw new CallFailedException(
                    e.refused() ? Kind.REFUSED_FOR_ALL : Kind.NOT_NOW, e.getMessage(), null, null);
        }
    }

    /** A token that was refused is not used again. */
    void answered(Call call, int status) {
        Refusals refused = refusals(call);
        if (status == 401) {
            tokens.discard(call.scope, call.organisation, call.token);
            refused.refused(call.token);
        } else {
            refused.accepted();
        }
    }

    /** Whether new tokens, too, are refused, so that asking for another is of no use. */
    boolean refusesNew(Call call) {
        return refusals(call).several();
    }

    /** Calls that were not made because there was no token. */
    long failures(Gateway.Id id) {
        LongAdder count = failures.get(id);
        return count == null ? 0 : count.sum();
    }

    Optional<Instant> keyExpires() {
        return tokens.keyExpires();
    }

    private Refusals refusals(Call call) {
        return refusals.computeIfAbsent(new Gateway.Id(call.scope, call.organisation), id -> new Refusals());
    }

    /** Refused tokens since the last accepted one. */
    private static final class Refusals {
        private static final int SEVERAL = 3;
        private String last;
        private volatile int tokens;

        synchronized void refused(String token) {
            if (!token.equals(last)) {
                last = token;
                tokens++;
            }
        }

        void accepted() {
            if (tokens > 0) {
                tokens = 0;
            }
        }

        boolean several() {
            return tokens >= SEVERAL;
        }
    }
}
