package no.delingsruter.benchmark.peer;

import java.io.IOException;

/** The yardstick: twelve threads, one fair semaphore of five, java.net.http; nothing is stored and nothing delivered. */
public final class BareClient {
    private BareClient() {}

    public static void main(String... args) throws Exception {
        Api api = new Api();
        new Follower(api).follow(() -> event -> {
            if (api.lookup(event).length == 0) {
                throw new IOException("An empty answer");
            }
        });
    }
}
