package no.delingsruter.simulator.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import no.delingsruter.simulator.call.Answer;
import no.delingsruter.simulator.call.Call;
import org.jspecify.annotations.Nullable;

/**
 * Fiks register of KS in front of Skatteetaten: the token's scope, the integration's headers, and the role in the path. The addresses and
 * headers are documented; what it answers when it refuses is not, and is made up here. Thread safe.
 */
public final class Fiks {
    public static final String SCOPE = "ks:fiks";
    static final String FIRST_SEGMENT = "skatteetaten";

    private final Map<String, Integration> integrations = new ConcurrentHashMap<>();

    private record Integration(String passord, String rolleId, String organisation) {}

    /**
     * An integration from the Fiks administration.
     *
     * @param organisation whose tokens may come with it
     */
    public void register(String integrasjonId, String passord, String rolleId, String organisation) {
        integrations.put(integrasjonId, new Integration(passord, rolleId, organisation));
    }

    static boolean isAsked(Call call) {
        return call.path("rolleId") != null;
    }

    /** Null for a call that is let through. */
    @Nullable
    Answer refusal(Call call) {
        if (call.scope() == null) {
            return refused(401, "Unauthorized", "Ugyldig eller manglende token");
        }
        if (!call.scope().equals(SCOPE)) {
            return refused(403, "Forbidden", "Token mangler scope " + SCOPE);
        }
        String id = call.headers().get("IntegrasjonId");
        Integration integration = id == null ? null : integrations.get(id);
        if (integration == null
                || !integration.passord().equals(call.headers().get("IntegrasjonPassord"))
                || !integration.organisation().equals(call.organisation())) {
            return refused(401, "Unauthorized", "Ugyldig integrasjon");
        }
        return integration.rolleId().equals(call.path("rolleId"))
                ? null
                : refused(403, "Forbidden", "Mangler tilgang til rolle");
    }

    private static Answer refused(int status, String error, String message) {
        return Answer.of(
                        status,
                        "application/json",
                        "{\"status\":" + status + ",\"error\":\"" + error + "\",\"message\":\"" + message + "\"}")
                .outcome(error);
    }
}
