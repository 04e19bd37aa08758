package no.delingsruter.simulator.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.count.Stats;
import no.delingsruter.simulator.data.Mix;
import org.jspecify.annotations.Nullable;

/** A fault: which calls, or which of them beyond a limit, and what happens to them. Thread safe. */
public final class Rule {
    private static final List<String> FIELDS = List.of("name", "match", "limit", "action");

    private final String name;
    private final Match match;
    private final @Nullable Limit limit;
    private final FaultAction action;
    private final Map<Long, Integer> perKey = new HashMap<>();
    private long matched;
    private long fired;

    private Rule(String name, Match match, @Nullable Limit limit, FaultAction action) {
        this.name = name;
        this.match = match;
        this.limit = limit;
        this.action = action;
    }

    /**
     * @param spec {@code {name, match: {...}, limit: {...}, action: {type, ...}}}
     * @throws IllegalArgumentException with one sentence on what is wrong
     */
    public static Rule of(JsonNode spec) {
        for (Iterator<String> names = spec.fieldNames(); names.hasNext(); ) {
            String field = names.next();
            if (!FIELDS.contains(field)) {
                throw new IllegalArgumentException("A fault has name, match, limit and action, but no '" + field + "'");
            }
        }
        JsonNode action = spec.path("action");
        Match match = spec.has("match") ? Fields.of(spec.get("match"), Match.class, "match") : Match.ANY;
        return new Rule(
                spec.path("name").asText(action.path("type").asText()),
                match,
                spec.has("limit") ? new Limit(Fields.of(spec.get("limit"), Limit.Spec.class, "limit")) : null,
                FaultActions.of(action.isObject() ? action : JsonNodeFactory.instance.objectNode()));
    }

    /** Whether this call is to go wrong; counts it. */
    synchronized boolean takes(Call call, long uptimeMs) {
        if (!match.fits(call, uptimeMs)) {
            return false;
        }
        matched++;
        int nthOfKey = match.firstPerKey() == null ? 0 : perKey.merge(Mix.hash(Match.key(call)), 1, Integer::sum);
        if (!match.counts(matched, nthOfKey) || (limit != null && limit.admits(call))) {
            return false;
        }
        fired++;
        return true;
    }

    public FaultAction action() {
        return action;
    }

    /** Whether its calls go wrong without the latency that they would have had. */
    public boolean isAtOnce() {
        return limit != null;
    }

    public String name() {
        return name;
    }

    synchronized Stats.Fault stats() {
        return new Stats.Fault(name, matched, fired);
    }
}
