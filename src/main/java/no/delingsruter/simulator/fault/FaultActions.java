package no.delingsruter.simulator.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/** The actions by the name that a rule calls them by. */
final class FaultActions {
    private static final Map<String, Class<? extends FaultAction>> ACTIONS = new TreeMap<>(Map.ofEntries(
            Map.entry("status", Status.class),
            Map.entry("reset", Reset.class),
            Map.entry("reset-in-body", ResetInBody.class),
            Map.entry("truncated", Truncated.class),
            Map.entry("garbage", Garbage.class),
            Map.entry("content-type", ContentType.class),
            Map.entry("login-page", LoginPage.class),
            Map.entry("another-person", AnotherPerson.class),
            Map.entry("stall", Stall.class),
            Map.entry("drip", Drip.class),
            Map.entry("gzip-cut", GzipCut.class),
            Map.entry("forget-token", ForgetToken.class),
            Map.entry("redirect", Redirect.class),
            Map.entry("cookies", Cookies.class),
            Map.entry("oversize", Oversize.class),
            Map.entry("page", Page.class)));

    private FaultActions() {}

    /** @param spec {@code {type: name, ...the action's fields}} */
    static FaultAction of(JsonNode spec) {
        String type = spec.path("type").asText();
        Class<? extends FaultAction> action = ACTIONS.get(type);
        if (action == null) {
            throw new IllegalArgumentException(
                    "No fault action is named '" + type + "'; there are " + String.join(", ", ACTIONS.keySet()));
        }
        ObjectNode fields = spec.deepCopy();
        fields.remove("type");
        return Fields.of(fields, action, "The fault action " + type);
    }
}
