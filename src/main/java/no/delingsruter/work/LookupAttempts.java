package no.delingsruter.work;

import java.time.Instant;
import java.util.List;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.FetchedAnswer;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.observation.Activity;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Statistics;
import no.delingsruter.store.Ending;
import no.delingsruter.store.Store;
import no.delingsruter.store.StoreException;
import no.delingsruter.store.answers.ResponseJournal;
import no.delingsruter.support.AnswerMemory;
import no.delingsruter.support.ProcessEnd;
import org.jspecify.annotations.Nullable;

/**
 * How a lane makes one lookup: its route, and what becomes of its result. Whatever happens, each ends in {@link Lane#free}. Keeps nothing,
 * and holds no monitor: what the monitor of the lane guards, the lane is asked for.
 */
record LookupAttempts(
        Lane lane,
        LookupRoute route,
        PendingLookups shared,
        LaneHealth health,
        Lease lease,
        Undelivered undelivered,
        Statistics.Counts counts) {

    /** @param piece of work, which ends with it */
    void make(PendingLookup pending, Activity.Piece piece) {
        boolean handedOver = false;
        try {
            PendingLookup current = lane.hasJoined(pending) ? reread(pending) : pending;
            if (current == null) {
                undelivered.drop(pending.key());
            } else {
                handedOver = true;
                run(current, piece);
            }
        } catch (StoreException e) {
            shared.alerts().begins(Alerts.STORE, e.getMessage());
        } catch (Throwable e) {
            ProcessEnd.ifFatal(e);
            health.unforeseen(e);
        } finally {
            lane.routeEnded(pending);
            if (!handedOver) {
                lane.free(pending, piece, false);
            }
        }
    }

    /** Null when it is no longer there. */
    private @Nullable PendingLookup reread(PendingLookup pending) {
        PendingLookup joined = shared.store().dueRows().reread(pending);
        shared.awaitRows();
        return joined;
    }

    /** It ends in {@link Lane#free}, here or when its group is written. */
    private void run(PendingLookup pending, Activity.Piece piece) {
        Attempt attempt;
        Throwable failure;
        try (AnswerMemory.Share untilDelivered = AnswerMemory.OF_THE_HEAP.share()) {
            attempt = new Attempt(pending, untilDelivered, piece);
            failure = attempt.run();
        } catch (RuntimeException | Error e) {
            lane.free(pending, piece, false);
            throw e;
        }
        if (failure instanceof Grouped) {
            shared.results().add(attempt);
        } else {
            attempt.ended(failure);
        }
    }

    /** Null, so that the lookup is made again, when there is none or no room to deliver it. */
    private Undelivered.@Nullable Kept undelivered(PendingLookup pending, AnswerMemory.Share room) {
        Undelivered.Kept waiting = undelivered.take(pending);
        try {
            room.hold(waiting == null ? 0 : waiting.answer().body().length, 0);
            return waiting;
        } catch (AnswerMemory.NoRoomException e) {
            if (waiting.noted() != null) {
                waiting.noted().end();
            }
            return null;
        }
    }

    private final class Attempt implements ResultGroup.Member {
        private final PendingLookup pending;
        private final LookupExecution result;
        private final Activity.Piece piece;

        private boolean dropped;

        Attempt(PendingLookup pending, AnswerMemory.Share untilDelivered, Activity.Piece piece) {
            this.pending = pending;
            this.result = new LookupExecution(pending, shared.answers(), undelivered(pending, untilDelivered));
            this.piece = piece;
        }

        /** Answers what went wrong, null for nothing. */
        @Nullable
        Throwable run() {
            try {
                if (shared.wanted().test(pending.key())) {
                    return shared.transactions().run(this::execute);
                }
                shared.store().drop(pending);
                dropped = true;
                return null;
            } catch (Throwable e) {
                return e;
            }
        }

        /**
         * Runs the route and, in the same transaction, removes the row; answers what went wrong, null for nothing. A result that nothing but
         * the store has taken, and that has not failed before, may leave that to the group.
         */
        private @Nullable Throwable execute() {
            try {
                result.run(route, shared.store(), shared.results() != null && pending.attempts() == 0);
                if (result.mayGroup() && result.keepAside(AnswerMemory.OF_THE_HEAP)) {
                    return new Grouped();
                }
                shared.store().done(List.of(result.ending()));
                return null;
            } catch (Exception e) {
                return e;
            }
        }

        @Override
        public Ending ending() {
            return result.ending();
        }

        @Override
        public void ended(@Nullable Throwable failure) {
            try {
                result.release(AnswerMemory.OF_THE_HEAP);
                if (!dropped) {
                    conclude(failure);
                }
            } catch (StoreException e) {
                shared.alerts().begins(Alerts.STORE, e.getMessage());
            } catch (Throwable e) {
                ProcessEnd.ifFatal(e);
                health.unforeseen(e);
            } finally {
                result.end();
                lane.free(pending, piece, failure == null);
            }
        }

        /** @param failure null when it is done, and that is committed */
        private void conclude(@Nullable Throwable failure) {
            if (failure == null) {
                counts.done(result.done(), result.route());
                health.succeeded();
                return;
            }
            ProcessEnd.ifFatal(failure);
            boolean removed = failure instanceof Store.RemovedException;
            if (lane.isStopped() && !removed) {
                // What fails while everything stops says nothing about the key
                result.leave();
            } else if (lease.isValid(pending.epoch()) && !removed) {
                // Nor does what fails when another instance has taken over
                boolean answered = !(failure instanceof CallFailedException) && result.answer() != null;
                if (answered) {
                    undelivered.keep(pending, result.answer());
                }
                health.failed(pending, failure, result.failedAt());
                if (answered) {
                    note(result.answer());
                }
            }
        }

        /** An answer that could not be delivered outlives a restart; not what was parked, or erased while it was under way. */
        private void note(FetchedAnswer answer) {
            Instant due = shared.store().dueRows().dueAt(pending.key());
            if (due == null) {
                undelivered.drop(pending.key());
                return;
            }
            ResponseJournal.Kept noted = shared.answers().keep(pending, answer, due);
            if (!undelivered.note(pending, noted)) {
                if (lane.isStopped()) {
                    noted.leave(pending);
                } else {
                    noted.end();
                }
            }
        }
    }

    /** Not a failure: nothing has been done yet in the transaction, which ends without a trace. */
    private static final class Grouped extends Exception {
        private static final long serialVersionUID = 1L;

        Grouped() {
            super(null, null, false, false);
        }
    }
}
