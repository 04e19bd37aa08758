package no.delingsruter.simulator.call;

import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;

/**
 * An answer to send.
 *
 * @param contentType null for none
 * @param headers     beside Content-Type, Content-Length and korrelasjonsid
 * @param outcome     for the record of faults and tests: what it means, e.g. "found"; never sent
 */
public record Answer(int status, String contentType, Buffer body, Map<String, String> headers, String outcome) {

    public static Answer of(int status, String contentType, String body) {
        return new Answer(status, contentType, Buffer.buffer(body), Map.of(), "");
    }

    public static Answer of(Format format, CharSequence body) {
        return of(200, format.contentType, body.toString());
    }

    public Answer outcome(String what) {
        return new Answer(status, contentType, body, headers, what);
    }

    public Answer header(String name, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(name, value);
        return new Answer(status, contentType, body, more, outcome);
    }

    public Answer body(Buffer other) {
        return new Answer(status, contentType, other, headers, outcome);
    }

    public Answer type(String other) {
        return new Answer(status, other, body, headers, outcome);
    }
}
