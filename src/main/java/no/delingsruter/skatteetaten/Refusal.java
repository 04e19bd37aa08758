package no.delingsruter.skatteetaten;

import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.CallFailedException.Kind;
import no.delingsruter.support.SteadyClock;
import org.jspecify.annotations.Nullable;

/** Puts an answer that is no result into a sentence for the operator. */
public final class Refusal {
    private Refusal() {}

    /**
     * @param kode    null when the answer had none
     * @param meaning neither a result nor empty
     */
    public static CallFailedException of(Call call, @Nullable String kode, Outcomes.Meaning meaning, Gateway gateway) {
        return of(call, kode, meaning, gateway, "");
    }

    /** The same for the answer to a list: it names no person, so that what it says may be shown. */
    public static CallFailedException ofList(
            Call call, @Nullable String kode, Outcomes.Meaning meaning, Gateway gateway) {
        String melding = ErrorBody.melding(call);
        return of(call, kode, meaning, gateway, melding.isEmpty() ? "" : " (it says: " + melding + ")");
    }

    /** @param said what to add about the answer, empty for nothing; without personal data */
    public static CallFailedException of(
            Call call, @Nullable String kode, Outcomes.Meaning meaning, Gateway gateway, String said) {
        String answer = call.status() + (kode == null ? "" : " " + kode) + " from " + call.api + said;
        String proxy = call.refusedByProxy();
        return switch (meaning) {
            case TOKEN ->
                gateway.refusesNewTokens(call)
                        ? call.failed(
                                Kind.REFUSED_FOR_ALL,
                                answer + ": new tokens, too, are refused. " + (proxy.isEmpty() ? "" : proxy + ". ")
                                        + "Either the token is no good here (check"
                                        + " maskinporten.token-url and skatteetaten.url for one and the same environment), or"
                                        + " access is missing: Skatteetaten must register the organisation on the scope "
                                        + call.scope + ", and for the rettighetspakke",
                                kode)
                        : new CallFailedException(
                                Kind.NOT_NOW,
                                answer + ": the token was refused; a new one is asked for",
                                null,
                                SteadyClock.now());
            case REFUSED_FOR_ALL ->
                call.failed(Kind.REFUSED_FOR_ALL, answer + ": " + (proxy.isEmpty() ? hint(call) : proxy), kode);
            case REFUSED -> call.failed(Kind.REFUSED, answer, kode);
            default -> call.failed(Kind.BUSY, answer, kode);
        };
    }

    private static String hint(Call call) {
        int status = call.status();
        return switch (status) {
            case 403 -> "no access; check the rettighetspakke and that the organisation has the scope";
            case 404, 405, 410 -> "not an address of the API; check " + call.urlKey() + " and the path in the route";
            case 406 -> "the API does not have this format; check skatteetaten.format";
            default -> status < 400 ? "the API answers with a redirect, which is not followed" : "the call was refused";
        };
    }
}
