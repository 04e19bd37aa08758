package no.delingsruter.page;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that somebody has tried to come in with a token that is none: at once, and then once in a while with how often. */
final class WrongTokens {
    private static final Logger LOG = LoggerFactory.getLogger(WrongTokens.class);

    private final Duration between;
    private boolean said;
    private long more;
    private String latest = "";

    /** @param between two lines, at least */
    WrongTokens(Duration between) {
        this.between = between;
    }

    /** @param address that it came from */
    synchronized void tried(String address) {
        if (said) {
            more++;
            latest = address;
        } else {
            said = true;
            LOG.warn("A wrong token was sent to the page or /api, from {}", address);
            later();
        }
    }

    private void later() {
        CompletableFuture.delayedExecutor(between.toMillis(), TimeUnit.MILLISECONDS)
                .execute(this::sayMore);
    }

    private synchronized void sayMore() {
        said = more > 0;
        if (said) {
            LOG.warn("A wrong token was sent to the page or /api {} more times, the last from {}", more, latest);
            more = 0;
            later();
        }
    }
}
