package no.delingsruter.skatteetaten;

import java.time.Duration;

/**
 * The time between the beginnings of two calls, for an API that counts calls by time: fewer open at once do not help there. None until the
 * API says that it is too much. Then wide at first, narrowed by good answers: quickly until the limit is found, slowly beside it. Used
 * under its owner's lock.
 */
final class Pace {
    private static final long FIRST = Duration.ofMillis(100).toNanos();
    private static final long LONGEST = Duration.ofSeconds(1).toNanos();
    /** Closer than this is no pace. */
    private static final long LEAST = Duration.ofMillis(2).toNanos();

    private static final int SEARCHING_STEP = 5;
    private static final int SETTLED_STEP = 20;
    /** Without a refusal for so long the limit is another one. */
    private static final long SEARCH_AGAIN = Duration.ofSeconds(16).toNanos();

    private long interval;
    private boolean settled;
    /** Since it was too much the last time. */
    private boolean narrowed;

    private int good;
    private boolean anyGood;
    /** Whether a call has had to wait since the last change. */
    private boolean binds;

    private long told;
    private long stepped;
    private long next;
    private long heedAfter;

    /** How long the call that is about to begin has to wait. */
    long claim(long now) {
        if (interval == 0) {
            return 0;
        }
        long at = Math.max(now, next);
        next = at + interval;
        binds |= at > now;
        return at - now;
    }

    boolean isOn() {
        return interval > 0;
    }

    /**
     * Too much, as many of the last answers say.
     *
     * @return whether that was about calls at this pace
     */
    boolean tooMuch(long now) {
        if (interval > 0 && now < heedAfter) {
            return false;
        }
        boolean first = interval == 0;
        if (first) {
            interval = FIRST;
            settled = false;
        } else {
            interval = Math.min(anyGood ? interval * 7 / 6 : 2 * interval, LONGEST);
            settled |= narrowed;
        }
        next = Math.max(next, now) + interval;
        heedAfter = next;
        told = now;
        changed(now);
        narrowed = false;
        anyGood = false;
        return !first;
    }

    /** @param all whether all slots are in use, so that nothing else holds calls back */
    void fine(long now, boolean all) {
        if (interval == 0) {
            return;
        }
        good++;
        anyGood = true;
        if (now - told > SEARCH_AGAIN) {
            settled = false;
        }
        if (!binds && !all) {
            return;
        }
        if (settled ? good >= SETTLED_STEP : good >= SEARCHING_STEP || now - stepped >= SEARCHING_STEP * FIRST) {
            interval = interval * (settled ? 985 : 800) / 1000;
            narrowed = true;
            changed(now);
            if (interval < LEAST) {
                interval = 0;
            }
        }
    }

    private void changed(long now) {
        stepped = now;
        good = 0;
        binds = false;
    }
}
