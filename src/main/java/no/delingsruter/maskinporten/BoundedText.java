package no.delingsruter.maskinporten;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** An answer's body as text, given up when it is larger than any true answer: its size is for others to choose. */
final class BoundedText implements HttpResponse.BodySubscriber<String> {
    private final HttpResponse.BodySubscriber<String> text =
            HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8);
    private final long most;
    private Flow.Subscription subscription;
    private long bytes;

    /** @param most bytes */
    BoundedText(long most) {
        this.most = most;
    }

    @Override
    public CompletionStage<String> getBody() {
        return text.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscribed) {
        subscription = subscribed;
        text.onSubscribe(subscribed);
    }

    @Override
    public void onNext(List<ByteBuffer> more) {
        bytes += more.stream().mapToLong(ByteBuffer::remaining).sum();
        if (bytes > most) {
            subscription.cancel();
            text.onError(new IOException("larger than " + most + " bytes"));
        } else {
            text.onNext(more);
        }
    }

    @Override
    public void onError(Throwable e) {
        text.onError(e);
    }

    @Override
    public void onComplete() {
        text.onComplete();
    }
}
