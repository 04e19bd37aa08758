package no.delingsruter.skatteetaten;

import java.time.Duration;

/**
 * The time between the beginnings of two calls, for an API that counts calls by time: fewer open at once do not help there. None until the
 * API says that it is too much. Then wide at first; what lies between the narrowest interval that the API has taken and the widest that it
 * has refused is halved until the two are close. From then on a little less is tried now and then, more rarely each time that it is
 * refused. Used under its owner's lock.
 */
final class Pace {
    private static final double FIRST = Duration.ofMillis(80).toNanos();
    private static final double LONGEST = Duration.ofSeconds(1).toNanos();
    /** Closer than this is no pace. */
    private static final double LEAST = Duration.ofMillis(2).toNanos();

    /** An interval has been taken when so many calls in a row were. */
    private static final int TAKEN = 3;
    /** One refused among so many: a little too narrow, for calls that come late and so too near to the next. */
    private static final int MANY = 16;
    /** One among so many costs less than a wider interval. */
    private static final int VERY_MANY = 24;

    /** As far as this the limit need not be known. */
    private static final double CLOSE = 1.12;

    private static final double SMALLEST_STEP = 0.03;
    private static final double LARGEST_STEP = 0.2;
    private static final int SOONEST_TRY = 60;
    private static final int LATEST_TRY = 400;
    /** No limit refuses everything for so long. */
    private static final long AWAY = Duration.ofSeconds(2).toNanos();

    /** An API that saves up what is not used takes too narrow an interval for a while. */
    private static final int TRIED = 20;

    private double interval;
    /** The narrowest that was taken and the widest that was refused since the limit was last looked for; 0: none. */
    private double taken;

    private double refused;
    /** Of what is tried when nothing has been refused. */
    private double step;
    /** As many good answers are needed before something else is tried. */
    private int needed;

    private int tryAfter;
    private int refusals;
    private int good;
    /** Whether a call has had to wait since the last change. */
    private boolean binds;

    private long stepped;
    private long lastGood;
    private long next;
    /** When the latest call began: later than its turn, where the machine is busy. */
    private long began;

    private long heedAfter;

    /** How long the call that is about to begin has to wait. */
    long claim(long now) {
        if (interval == 0) {
            return 0;
        }
        long at = Math.max(now, next);
        next = at + (long) interval;
        binds |= at > now;
        return at - now;
    }

    /** A call whose turn has come begins, unless the one before was late: then it has to wait for so long. */
    long begin(long now) {
        long wait = interval == 0 ? 0 : Math.max(0, began + (long) interval - now);
        if (wait == 0) {
            began = now;
            next = Math.max(next, now + (long) interval);
        }
        return wait;
    }

    /** Whether calls wait for their turn, so that one slot more makes no more calls. */
    boolean binds() {
        return binds;
    }

    boolean isOn() {
        return interval > 0;
    }

    /**
     * Too much, as many of the last answers say.
     *
     * @return whether there was a pace already
     */
    boolean tooMuch(long now) {
        if (interval > 0 && now < heedAfter) {
            // Begun before there was this pace
            return true;
        }
        boolean first = interval == 0;
        if (first) {
            search(FIRST, LARGEST_STEP, TAKEN);
            tryAfter = SOONEST_TRY;
            refusals = 0;
        } else if (interval == taken && good >= MANY) {
            interval *= good >= VERY_MANY ? 1 : 1 + SMALLEST_STEP;
            taken = interval;
            needed = tryAfter;
        } else {
            refused = interval;
            taken = taken > refused ? taken : 0;
            if (taken == 0) {
                interval = Math.min(interval * (++refusals == 1 ? 7.0 / 6 : 2), LONGEST);
                needed = TAKEN;
            } else if (taken <= CLOSE * refused) {
                settle();
                tryAfter = Math.min(2 * tryAfter, LATEST_TRY);
            } else {
                interval = Math.sqrt(taken * refused);
                needed = TAKEN;
            }
        }
        next = now + (long) interval;
        heedAfter = next;
        changed(now);
        return !first;
    }

    /** @param all whether all slots are in use, so that nothing else holds calls back */
    void fine(long now, boolean all) {
        if (interval == 0) {
            return;
        }
        boolean wasAway = refusals > 2 || (refusals > 0 && now - lastGood > AWAY);
        lastGood = now;
        good++;
        if (wasAway) {
            // What was refused while nothing was taken tells of that time, not of a limit
            refusals = 0;
            refused = 0;
            taken = interval;
            step = LARGEST_STEP;
            needed = TAKEN;
            changed(now);
            return;
        }
        if ((!binds && !all) || (good < needed && now - stepped < needed * FIRST)) {
            return;
        }
        taken = interval;
        refusals = 0;
        if (refused == 0) {
            interval *= 1 - step;
            step = Math.min(2 * step, LARGEST_STEP);
            needed = step == LARGEST_STEP ? TAKEN : needed;
        } else if (taken > CLOSE * refused) {
            interval = Math.sqrt(taken * refused);
        } else if (needed == tryAfter) {
            search(taken * (1 - SMALLEST_STEP), 2 * SMALLEST_STEP, TRIED);
        } else {
            settle();
        }
        changed(now);
        if (interval < LEAST) {
            interval = 0;
        }
    }

    private void search(double from, double by, int of) {
        taken = from == FIRST ? 0 : interval;
        interval = from;
        refused = 0;
        step = by;
        needed = of;
    }

    private void settle() {
        interval = taken;
        needed = tryAfter;
    }

    private void changed(long now) {
        stepped = now;
        good = 0;
        binds = false;
    }
}
