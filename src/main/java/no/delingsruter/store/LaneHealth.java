package no.delingsruter.store;

import java.time.Duration;
import java.time.Instant;
import no.delingsruter.operations.Statistics;
import no.delingsruter.operations.Trouble;
import no.delingsruter.operations.Trouble.Severity;
import no.delingsruter.outcome.CallFailedException;
import no.delingsruter.outcome.CallFailedException.Answer;
import no.delingsruter.outcome.CallFailedException.Kind;

/**
 * Tells a fault of one key from a fault of all of them. One key's fault brings that lookup back later and parks it after its
 * tries; a fault of all pauses the lane and parks nothing, and the lane then tries one lookup at a time until one succeeds.
 */
final class LaneHealth {
    /** This many failures in a row, without a success between them, are a fault of all. */
    private static final int IN_A_ROW = 5;
    private static final Backoff TROUBLE = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));

    private final PendingLookups shared;
    private final String name;
    private final Statistics.Counts counts;
    private final Duration refusedPause;
    private volatile Instant pausedUntil = Instant.MIN;
    private volatile boolean probing;
    private boolean succeededOnce;
    private int failuresInARow;
    private int refusalsInARow;
    private int pauses;

    LaneHealth(PendingLookups shared, String service, String lookup, String organisation) {
        this.shared = shared;
        this.name = new Statistics.Id(service.equals(lookup) ? service : service + "/" + lookup, organisation).toString();
        this.counts = shared.statistics().of(service, organisation);
        this.refusedPause = shared.pause().apply(service);
    }

    String storeName() {
        return Trouble.STORE;
    }

    Instant pausedUntil() {
        return pausedUntil;
    }

    int workers() {
        return probing ? 1 : shared.workers();
    }

    void succeeded() {
        counts.delivered.increment();
        if (failuresInARow == 0 && refusalsInARow == 0 && !probing && succeededOnce) {
            return;
        }
        synchronized (this) {
            failuresInARow = 0;
            refusalsInARow = 0;
            pauses = 0;
            probing = false;
            succeededOnce = true;
            shared.trouble().ends(name);
        }
    }

    synchronized void failed(PendingLookup lookup, Throwable failure) {
        counts.failedTries.increment();
        try {
            if (failure instanceof CallFailedException call) {
                callFailed(lookup, call);
            } else {
                busy(lookup, Answer.NO_ANSWER, failure instanceof StoreException ? failure.getMessage()
                        : "delivery failed (" + StoreException.kind(failure) + ")", null);
            }
        } catch (StoreException e) {
            // The row is still there, and still due
            if (e.outOfReach()) {
                probing = true;
                pausedUntil = Instant.now().plusSeconds(1);
                shared.trouble().begins(Trouble.STORE, e.getMessage());
            } else {
                pause("the store cannot be written", Duration.ofSeconds(1), Severity.STANDSTILL);
            }
        }
    }

    private void callFailed(PendingLookup lookup, CallFailedException call) {
        switch (call.kind()) {
            case NOT_NOW -> {
                Instant until = call.notBefore() == null ? Instant.now().plusSeconds(1) : call.notBefore();
                shared.store().failed(lookup, until, lookup.attempts(), call.getMessage());
                pausedUntil = until.isAfter(pausedUntil) ? until : pausedUntil;
            }
            case BUSY -> busy(lookup, call.answer(), call.getMessage(), call.notBefore());
            case REFUSED -> refused(lookup, call);
            case REFUSED_FOR_ALL -> {
                if (succeededOnce) {
                    refused(lookup, call);
                } else {
                    refusedForAll(lookup, call);
                }
            }
        }
    }

    private void busy(PendingLookup lookup, Answer answer, String reason, Instant notBefore) {
        failuresInARow++;
        int attempts = probing ? lookup.attempts() : lookup.attempts() + 1;
        if (attempts >= shared.busyTries() && failuresInARow < IN_A_ROW) {
            park(lookup, answer, reason, attempts);
            return;
        }
        Instant due = Instant.now().plus(shared.backoff().after(Math.max(1, attempts)));
        shared.store().failed(lookup, notBefore != null && notBefore.isAfter(due) ? notBefore : due, attempts, reason);
        // What was under way when the pause began fails as well, and is no reason for a longer one
        if (failuresInARow >= IN_A_ROW && !pausedUntil.isAfter(Instant.now())) {
            pause(reason, TROUBLE.after(++pauses), Severity.SLOWER);
        }
    }

    private void refused(PendingLookup lookup, CallFailedException call) {
        if (lookup.attempts() == 0) {
            refusalsInARow++;
        }
        if (refusalsInARow >= IN_A_ROW || probing) {
            refusedForAll(lookup, call);
            return;
        }
        int attempts = lookup.attempts() + 1;
        if (attempts >= shared.tries()) {
            park(lookup, call.answer(), call.getMessage(), attempts);
        } else {
            shared.store().failed(lookup, Instant.now().plus(shared.backoff().after(attempts)), attempts, call.getMessage());
        }
    }

    private void refusedForAll(PendingLookup lookup, CallFailedException call) {
        // Behind the others, so that the next try after the pause is another key's
        shared.store().failed(lookup, Instant.now().plus(refusedPause).plusMillis(500), lookup.attempts(), call.getMessage());
        succeededOnce = false;
        pause(call.getMessage() + "; nothing is parked, tried again every " + refusedPause.toSeconds() + " s", refusedPause,
                Severity.STANDSTILL);
    }

    private void park(PendingLookup lookup, Answer answer, String reason, int attempts) {
        shared.store().park(lookup, new ParkedEvent(lookup.key(), lookup.latestSekvensnummer(), lookup.identityChange(),
                lookup.hendelse(), answer.status(), answer.kode(), answer.korrelasjonsid(), reason, attempts));
        counts.parked.increment();
    }

    private void pause(String reason, Duration duration, Severity severity) {
        probing = true;
        pausedUntil = Instant.now().plus(duration);
        shared.trouble().begins(name, "paused: " + reason, severity);
    }
}
