package no.delingsruter.simulator.fault;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;
import no.delingsruter.simulator.call.Answer;

/** Sends the body with Content-Encoding gzip, cut in the middle. */
public record GzipCut() implements FaultAction {
    @Override
    public void answer(Context context) {
        Answer answer = context.normal().get();
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(answer.body().getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Buffer all = Buffer.buffer(packed.toByteArray());
        context.exchange().send(answer.body(all.getBuffer(0, all.length() / 2)).header("Content-Encoding", "gzip"));
    }
}
