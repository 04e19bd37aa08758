package no.delingsruter.simulator.fault;

import java.util.Map;
import no.delingsruter.simulator.call.Answer;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.call.Errors;
import no.delingsruter.simulator.call.Format;
import no.delingsruter.simulator.call.RetryAfter;
import no.delingsruter.simulator.catalogue.Meaning;

/**
 * Answers with this status.
 *
 * @param kode           null: the API's own for the status, DAS-003 where it has none
 * @param body           null: an error body with the kode
 * @param contentType    of the body; null: text/html when it begins with &lt;, else text/plain
 * @param headers        more headers; may be null
 * @param retryAfter     seconds; null for no such header
 * @param retryAfterDate whether Retry-After is written as a date
 */
public record Status(
        int status,
        String kode,
        String body,
        String contentType,
        Map<String, String> headers,
        Long retryAfter,
        boolean retryAfterDate)
        implements FaultAction {
    @Override
    public void answer(Context context) {
        Call call = context.exchange().call();
        Answer answer = body != null
                ? Answer.of(
                        status,
                        contentType != null ? contentType : body.startsWith("<") ? "text/html" : "text/plain",
                        body)
                : call.kind() == Call.Kind.TOKEN
                        ? Answer.of(
                                status,
                                "application/json",
                                "{\"error\":\"server_error\",\"error_description\":\"Try again later\"}")
                        : Errors.of(
                                status,
                                kode != null ? kode : own(call),
                                "Feil for " + call.identifikator(),
                                Format.ofError(call.accept()),
                                call.korrelasjonsid());
        if (headers != null) {
            for (Map.Entry<String, String> header : headers.entrySet()) {
                answer = answer.header(header.getKey(), header.getValue());
            }
        }
        if (retryAfter != null) {
            answer = answer.header(
                    "Retry-After", retryAfterDate ? RetryAfter.date(retryAfter) : String.valueOf(retryAfter));
        }
        context.exchange().send(answer);
    }

    private String own(Call call) {
        Meaning meaning =
                switch (status) {
                    case 400 -> Meaning.INPUT;
                    case 401 -> Meaning.TOKEN;
                    case 403 -> Meaning.ACCESS;
                    case 404 -> call.kind() == Call.Kind.LIST ? Meaning.EMPTY : Meaning.NONE;
                    case 406 -> Meaning.FORMAT;
                    case 410 -> Meaning.DELETED;
                    case 422 -> Meaning.VERSION;
                    case 500 -> Meaning.UNEXPECTED;
                    default -> null;
                };
        return meaning == null ? "DAS-003" : Errors.table(call).code(meaning).kode();
    }
}
