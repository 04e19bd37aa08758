package no.delingsruter.observation;

import java.util.concurrent.TimeUnit;
import no.delingsruter.observation.Alerts.Severity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log lines of one trouble: that it began and that it is over, once a minute at most, and how often it came meanwhile. What comes again
 * and again is over only after a minute without it.
 */
final class AlertLines {
    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
    private static final long APART = TimeUnit.MINUTES.toNanos(1);

    private final String what;
    private long saidAt;
    private @Nullable Severity said;
    /** Its beginning has been said, and its end has not. */
    private boolean told;
    /** Beginnings that were not said, and the reason of the last. */
    private int held;

    private String reason = "";
    private boolean comesAgain;
    /** How it ended; null while it goes on, or when that has been said. */
    private @Nullable String ended;

    private long endedAt;

    AlertLines(String what) {
        this.what = what;
    }

    /** @param first whether it begins, and has not only another reason */
    synchronized void begins(String why, Severity severity, boolean first, long now) {
        reason = why;
        boolean worse = said == null || severity.compareTo(said) > 0;
        ended = null;
        if (worse || (now - saidAt >= APART && (first || !told))) {
            say(severity, now);
        } else if (first) {
            held++;
        }
    }

    synchronized void ends(String how, long now) {
        if (told) {
            ended = how;
            endedAt = now;
            if (!comesAgain) {
                sayEnd();
            }
        }
    }

    private void sayEnd() {
        if (held == 0) {
            LOG.info("{}: {}", what, ended);
        } else {
            LOG.info("{}: {} ({} more since the last line)", what, ended, held);
        }
        told = false;
        comesAgain = false;
        ended = null;
        held = 0;
    }

    /** @param still its reason now, null when it is over */
    synchronized void sayHeldBack(@Nullable String still, long now) {
        if (now - (ended == null ? saidAt : endedAt) >= APART) {
            sayNow(still, now);
        }
    }

    /** What is held back is said whenever the last line was. */
    synchronized void sayNow(@Nullable String still, long now) {
        if (ended != null) {
            sayEnd();
            return;
        }
        if (held == 0) {
            return;
        }
        if (still != null) {
            reason = still;
            held--;
            say(said, now);
        } else {
            LOG.warn("{}: came and went ({} more since the last line), the last time: {}", what, held, reason);
            saidAt = now;
            held = 0;
        }
    }

    private void say(Severity severity, long now) {
        if (held == 0) {
            LOG.warn("{}: {}", what, reason);
        } else {
            LOG.warn("{}: {} ({} more since the last line)", what, reason, held);
        }
        comesAgain = held > 0;
        told = true;
        said = severity;
        saidAt = now;
        held = 0;
    }
}
