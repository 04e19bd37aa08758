package no.delingsruter.work;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import no.delingsruter.logging.Logging;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.CallFailedException.Answer;
import no.delingsruter.model.DeliverLaterException;
import no.delingsruter.model.ParkedEvent;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Alerts.Severity;
import no.delingsruter.observation.Statistics;
import no.delingsruter.store.StoreException;
import no.delingsruter.support.Amounts;

/**
 * Tells a fault of one key from a fault of all of them. One key's fault brings that lookup back later and parks it after its
 * tries; a fault of all pauses the lane and parks nothing, and the lane then tries one lookup at a time until one succeeds.
 * Where nothing else is pending, the two look the same: then a lookup is parked after far more tries, and only while the
 * service's event list can be read.
 */
final class LaneHealth {
    /** This many failures in a row, without a success between them, are a fault of all, */
    private static final int IN_A_ROW = 5;
    /** unless they are about so few (persons, organisations) that it may be their own. */
    private static final int FEW = 2;
    /** An API that takes fewer calls at once refuses several (429, 503) before the first that it took is answered. */
    private static final int REFUSALS_IN_A_ROW = 12;
    /** So many times the usual tries before a lookup is parked that may fail because of a fault of all. */
    private static final int PATIENCE = 3;
    /** When nothing has succeeded for so long, it is no longer slower: it stands still. */
    private static final Duration LONG = Duration.ofMinutes(1);
    /** More are not remembered; they are many. */
    private static final int MANY = 50;

    /** Nothing is wrong with a lookup that was made too soon, and the limiter sees to the time between calls. */
    private static final int TOO_SOON = 4;

    private static final Backoff TROUBLE = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));

    private static final String SET_ASIDE = "is paused or stopped by an operator";

    private final PendingLookups shared;
    private final InstantSource clock;
    private final String name;
    private final String alone;
    private final Statistics.Counts counts;
    private final Duration refusedPause;
    private volatile Instant pausedUntil = Instant.MIN;
    private volatile boolean probing;
    private volatile boolean well;
    private volatile boolean storeAway;
    private boolean succeededOnce;
    /** Whose lookups have failed since the last success and are not parked. */
    private final Set<String> failing = new HashSet<>();

    private int failuresInARow;
    private int refusalsInARow;
    private int pauses;
    /** When the first of these pauses began. */
    private Instant since = Instant.MIN;

    LaneHealth(PendingLookups shared, InstantSource clock, String service, String lookup, String organisation) {
        this.shared = shared;
        this.clock = clock;
        this.name = name(service, lookup, organisation);
        this.alone = "A lookup of " + name;
        this.counts = shared.statistics().of(service, organisation);
        this.refusedPause = shared.pause().apply(service);
    }

    static String name(String service, String lookup, String organisation) {
        return new Statistics.Id(service.equals(lookup) ? service : service + "/" + lookup, organisation).toString();
    }

    /** Whether a result could not be stored: no lookup may be made before the store has been asked. */
    boolean storeAway() {
        return storeAway;
    }

    void storeIsThere() {
        storeAway = false;
    }

    Instant pausedUntil() {
        return pausedUntil;
    }

    /** Whether it is being found out if the lane can go on. */
    boolean isProbing() {
        return probing;
    }

    int workers() {
        return probing ? 1 : shared.workers();
    }

    /** An operator wants it to stand still: nothing that was wrong is wrong now. */
    void setAside() {
        shared.alerts().ends(alone, SET_ASIDE);
        shared.alerts().ends(name, SET_ASIDE);
    }

    void succeeded() {
        counts.delivered.increment();
        if (well) {
            return;
        }
        synchronized (this) {
            if (probing && pausedUntil.isAfter(clock.instant())) {
                // It was under way when the pause began, and says nothing about what comes after it
                return;
            }
            succeededOnce = true;
            well = true;
            forget();
            shared.alerts().ends(alone);
            shared.alerts().ends(name);
        }
    }

    private void forget() {
        failing.clear();
        failuresInARow = 0;
        refusalsInARow = 0;
        pauses = 0;
        probing = false;
    }

    /** @param at the step that failed, and where it stands; empty where that is not known */
    synchronized void failed(PendingLookup lookup, Throwable failure, String at) {
        counts.failedTries.increment();
        well = false;
        DeliverLaterException later = DeliverLaterException.in(failure);
        try {
            if (later != null) {
                later(lookup, later);
            } else if (failure instanceof CallFailedException call) {
                callFailed(lookup, call);
            } else if (failure instanceof LookupExecution.UntakenException) {
                refusedForAll(lookup, failure.getMessage());
            } else {
                busy(
                        lookup,
                        Answer.NO_ANSWER,
                        failure instanceof StoreException
                                ? failure.getMessage()
                                : "delivery failed" + (at.isEmpty() ? "" : " at " + at) + ": " + Logging.cause(failure),
                        null);
            }
        } catch (StoreException e) {
            // The row is still there, and still due
            if (e.outOfReach()) {
                storeAway = true;
                probing = true;
                pausedUntil = clock.instant().plusSeconds(1);
                shared.alerts().begins(Alerts.STORE, e.getMessage());
            } else {
                pause("the store cannot be written", Duration.ofSeconds(1), Severity.STANDSTILL);
            }
        }
    }

    /** Its receiver says when: no lookup is made before, for its result could not be delivered. */
    private void later(PendingLookup lookup, DeliverLaterException later) {
        Instant now = clock.instant();
        since = pauses == 0 ? now : since;
        pauses++;
        shared.store().failed(lookup, later.notBefore(), lookup.attempts(), later.getMessage());
        pause(later.getMessage(), Duration.between(now, later.notBefore()), severity(now));
    }

    private Severity severity(Instant now) {
        return Duration.between(since, now).compareTo(LONG) < 0 ? Severity.SLOWER : Severity.STANDSTILL;
    }

    /** What nobody has thought of, outside of any lookup's try: its row is still there, and still due. */
    synchronized void unforeseen(Throwable failure) {
        counts.failedTries.increment();
        well = false;
        pause(
                "an unforeseen error (" + Logging.cause(failure) + "); tried again",
                TROUBLE.after(++pauses),
                Severity.STANDSTILL);
    }

    private void callFailed(PendingLookup lookup, CallFailedException call) {
        switch (call.kind()) {
            case NOT_NOW -> {
                Instant until = call.notBefore() == null ? clock.instant().plusSeconds(1) : call.notBefore();
                shared.store().failed(lookup, until, lookup.attempts(), call.getMessage());
                pausedUntil = until.isAfter(pausedUntil) ? until : pausedUntil;
            }
            case BUSY -> busy(lookup, call.answer(), call.getMessage(), call.notBefore());
            case REFUSED -> refused(lookup, call);
            case UNASKABLE -> park(lookup, call.answer(), call.getMessage(), lookup.attempts() + 1);
            case REFUSED_FOR_ALL -> {
                if (succeededOnce) {
                    refused(lookup, call);
                } else {
                    refusedForAll(lookup, call.getMessage());
                }
            }
        }
    }

    private void busy(PendingLookup lookup, Answer answer, String reason, Instant notBefore) {
        failuresInARow++;
        boolean othersSucceeded = othersSucceeded(lookup);
        boolean few = fewFailWith(lookup);
        boolean tooMuch = answer.status() == 429 || answer.status() == 503;
        boolean ofAll = !few && (probing || failuresInARow >= (tooMuch ? REFUSALS_IN_A_ROW : IN_A_ROW));
        int attempts = lookup.attempts() + (ofAll || (!othersSucceeded && !mayCount(lookup)) ? 0 : 1);
        if (!ofAll && attempts >= shared.busyTries() * (othersSucceeded ? 1 : PATIENCE)) {
            park(lookup, answer, reason, attempts);
            return;
        }
        Duration pause = shared.backoff().after(Math.max(1, attempts));
        Instant due = clock.instant().plus(attempts <= 1 && answer.status() == 429 ? pause.dividedBy(TOO_SOON) : pause);
        shared.store().failed(lookup, notBefore != null && notBefore.isAfter(due) ? notBefore : due, attempts, reason);
        // What was under way when the pause began fails as well, and is no reason for a longer one
        if (ofAll && !pausedUntil.isAfter(clock.instant())) {
            Instant now = clock.instant();
            since = pauses == 0 ? now : since;
            pause(reason, TROUBLE.after(++pauses), severity(now));
        } else if (few && failuresInARow >= IN_A_ROW) {
            shared.alerts()
                    .begins(
                            alone,
                            "fails again and again: " + reason
                                    + "; tried again after growing pauses, and the others go on");
        }
    }

    /** Whether another lookup has succeeded since the last try of this one. */
    private boolean othersSucceeded(PendingLookup lookup) {
        return succeededOnce
                && lookup.attempts() > 0
                && !failing.contains(lookup.key().identifikator());
    }

    /** Tries beyond the usual ones, without a success of others, count only while the list shows that Skatteetaten is there. */
    private boolean mayCount(PendingLookup lookup) {
        return lookup.attempts() + 1 < shared.busyTries() || listIsRead();
    }

    private boolean listIsRead() {
        return System.nanoTime() - counts.polled
                < refusedPause.multipliedBy(2).plusSeconds(1).toNanos();
    }

    /**
     * Remembers that a lookup has failed.
     *
     * @return whether all that have failed since the last success are about few
     */
    private boolean fewFailWith(PendingLookup lookup) {
        if (failing.size() < MANY) {
            failing.add(lookup.key().identifikator());
        }
        return failing.size() <= FEW;
    }

    private void refused(PendingLookup lookup, CallFailedException call) {
        if (lookup.attempts() == 0) {
            refusalsInARow++;
        }
        if (!fewFailWith(lookup) && (refusalsInARow >= IN_A_ROW || probing)) {
            refusedForAll(lookup, call.getMessage());
            return;
        }
        int attempts = lookup.attempts() + 1;
        if (attempts >= shared.tries()) {
            park(lookup, call.answer(), call.getMessage(), attempts);
        } else {
            shared.store()
                    .failed(
                            lookup,
                            clock.instant().plus(shared.backoff().after(attempts)),
                            attempts,
                            call.getMessage());
        }
    }

    private void refusedForAll(PendingLookup lookup, String reason) {
        // Behind the others, so that the next try after the pause is another key's
        shared.store().failed(lookup, clock.instant().plus(refusedPause).plusMillis(500), lookup.attempts(), reason);
        succeededOnce = false;
        pause(
                reason + "; nothing is parked, tried again every " + Amounts.time(refusedPause),
                refusedPause,
                Severity.STANDSTILL);
    }

    private void park(PendingLookup lookup, Answer answer, String reason, int attempts) {
        shared.store()
                .park(
                        lookup,
                        new ParkedEvent(
                                lookup.key(),
                                lookup.latestSekvensnummer(),
                                lookup.identityChange(),
                                lookup.hendelse(),
                                answer.status(),
                                answer.kode(),
                                answer.korrelasjonsid(),
                                reason,
                                attempts));
        counts.parked.increment();
        if (failing.remove(lookup.key().identifikator()) && failing.isEmpty()) {
            forget();
            shared.alerts().ends(alone, "is parked");
            shared.alerts().ends(name);
        }
    }

    private void pause(String reason, Duration duration, Severity severity) {
        probing = true;
        pausedUntil = clock.instant().plus(duration);
        shared.alerts().begins(name, "paused: " + reason, severity);
    }
}
