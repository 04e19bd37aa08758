package no.delingsruter.skatteetaten;

import java.time.Instant;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.CallFailedException.Kind;

/** Puts an answer that is no result into a sentence for the operator. */
public final class Refusal {
    private Refusal() {}

    /**
     * @param kode    null when the answer had none
     * @param meaning neither a result nor empty
     */
    public static CallFailedException of(Call call, String kode, Outcomes.Meaning meaning, Gateway gateway) {
        String answer = call.status() + (kode == null ? "" : " " + kode) + " from " + call.api;
        return switch (meaning) {
            case TOKEN ->
                gateway.refusesNewTokens(call)
                        ? call.failed(
                                Kind.REFUSED_FOR_ALL,
                                answer + ": new tokens, too, are refused; is the organisation registered on the scope "
                                        + call.scope + "?",
                                kode)
                        : new CallFailedException(
                                Kind.NOT_NOW,
                                answer + ": the token was refused; a new one is asked for",
                                null,
                                Instant.now());
            case REFUSED_FOR_ALL -> call.failed(Kind.REFUSED_FOR_ALL, answer + ": " + hint(call.status()), kode);
            case REFUSED -> call.failed(Kind.REFUSED, answer, kode);
            default -> call.failed(Kind.BUSY, answer, kode);
        };
    }

    private static String hint(int status) {
        return switch (status) {
            case 403 -> "no access; check the rettighetspakke and that the organisation has the scope";
            case 404, 405, 410 -> "not an address of the API; check skatteetaten.url and the path in the route";
            case 406 -> "the API does not have this format; check skatteetaten.format";
            default -> status < 400 ? "the API answers with a redirect, which is not followed" : "the call was refused";
        };
    }
}
