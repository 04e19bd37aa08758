package no.delingsruter.work;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import no.delingsruter.model.Done;
import no.delingsruter.model.FetchedAnswer;
import no.delingsruter.model.Page;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.store.Ending;
import no.delingsruter.store.ResultStatement;
import no.delingsruter.store.Store;
import no.delingsruter.store.answers.ResponseJournal;
import no.delingsruter.support.AnswerMemory;
import org.jspecify.annotations.Nullable;

/**
 * A lookup on its way through a route, from its pending row to its result. It travels as an exchange property, so that a step
 * that changes body or headers does not lose it.
 */
public final class LookupExecution {
    /** Exchange property; absent when the exchange does not come from {@code pending-lookup}. */
    public static final String PROPERTY = "pending-lookup.execution";

    private static final ThreadLocal<LookupExecution> CURRENT = new ThreadLocal<>();

    private final PendingLookup lookup;
    private final ResponseJournal answers;
    private PendingLookup.Delivered delivered;
    private ResponseJournal.Kept kept;
    private FetchedAnswer answer;
    private boolean fromBefore;
    private Throwable failure;
    private String failedAt = "";
    private Done done = Done.DELIVERED;
    private boolean taken;
    private volatile boolean leftOut;
    private String route;
    private final AtomicInteger steps = new AtomicInteger();
    /** What the store is to write at the end of the route; null: nothing may wait for that. */
    private @Nullable List<ResultStatement> waiting;

    private @Nullable Store store;
    private boolean ownTransaction;
    /** Bytes of memory. */
    private long aside;

    /** One whose answer is kept nowhere. */
    public LookupExecution(PendingLookup lookup) {
        this(lookup, null);
    }

    /** @param answers null: the answer is kept nowhere */
    public LookupExecution(PendingLookup lookup, ResponseJournal answers) {
        this(lookup, answers, null);
    }

    /**
     * @param answers     null: the answer is kept nowhere
     * @param undelivered the answer of an earlier try whose delivery failed; null for none
     */
    LookupExecution(PendingLookup lookup, ResponseJournal answers, Undelivered.@Nullable Kept undelivered) {
        this.lookup = lookup;
        this.route = lookup.key().lookup();
        this.answers = answers;
        this.kept = answers == null ? null : answers.take(lookup);
        if (undelivered == null) {
            this.answer = kept == null ? null : kept.answer();
        } else {
            this.answer = undelivered.answer();
            if (undelivered.noted() != null) {
                end();
                this.kept = undelivered.noted();
            }
        }
        this.fromBefore = answer != null;
    }

    /** The one whose route the calling thread runs, in a transaction of the store; null for none. */
    public static @Nullable LookupExecution current() {
        return CURRENT.get();
    }

    /**
     * Runs the route of this one in the transaction of the calling thread.
     *
     * @param groups whether what the store writes may wait for the end of the route, and go with what other results write
     */
    void run(LookupRoute lookupRoute, Store writes, boolean groups) throws Exception {
        store = writes;
        waiting = groups ? new ArrayList<>() : null;
        CURRENT.set(this);
        try {
            lookupRoute.run(this);
        } finally {
            CURRENT.remove();
        }
    }

    /** Writes into the store, now or at the end of the route. @return false when that is not this one's to do */
    public boolean write(ResultStatement statement) {
        if (waiting == null || current() != this) {
            return false;
        }
        waiting.add(statement);
        return true;
    }

    /**
     * Something is going to happen that is not taken back with the transaction, or that may read what the store was to write: that is written
     * now, and nothing waits any more.
     */
    public void writeNow() {
        if (waiting != null && current() == this) {
            List<ResultStatement> statements = waiting;
            waiting = null;
            store.write(statements);
        }
    }

    /** The transaction is in use, and so this result's own: what waits is written at the end, with it. */
    public void usesTransaction() {
        ownTransaction = true;
    }

    /** Whether it may end together with others: its transaction has done nothing, and nothing else knows of it. */
    boolean mayGroup() {
        return waiting != null && !ownTransaction;
    }

    /** Keeps what waits aside, until {@link #release}. @return false when there is no room for it */
    boolean keepAside(AnswerMemory memory) {
        long bytes = answer == null ? 0 : answer.body().length;
        aside = memory.keep(bytes) ? bytes : -1;
        return aside >= 0;
    }

    void release(AnswerMemory memory) {
        memory.release(Math.max(0, aside));
        aside = 0;
    }

    /** It is done, when this has been written. */
    Ending ending() {
        return new Ending(lookup, delivered, done, waiting == null ? List.of() : waiting);
    }

    /** Its latest event. */
    public Map<?, ?> event() {
        return Page.event(lookup.hendelse());
    }

    public PendingLookup lookup() {
        return lookup;
    }

    /**
     * The answer that was got before the process was killed, or before its delivery failed; null when the API is still to be asked.
     *
     * @param by see {@link FetchedAnswer}
     */
    public FetchedAnswer before(String by) {
        return fromBefore && answer.by().equals(by) ? answer : null;
    }

    /** Keeps the answer, so that a process that is killed need not ask again. */
    public void keep(FetchedAnswer fetched) {
        if (answers != null) {
            end();
            kept = answers.keep(lookup, fetched);
        }
        answer = fetched;
        fromBefore = false;
    }

    /** The last answer that it has got, in this try or before; null for none. */
    public FetchedAnswer answer() {
        return answer;
    }

    /**
     * A step has failed.
     *
     * @param at what the step is and where it stands, without secrets
     */
    public void failed(Throwable why, String at) {
        for (Throwable cause = why; cause != null; cause = cause.getCause()) {
            if (cause == failure) {
                // A step around the one that failed
                return;
            }
        }
        failure = why;
        failedAt = at;
    }

    /** The step that failed last, and where it stands; empty when none has. */
    String failedAt() {
        return failedAt;
    }

    /** When the answer was there; now, when it is told in another way than by a call of its own. */
    public Instant fetchedAt() {
        return answer == null ? Instant.now() : answer.at();
    }

    /** The lookup has ended, well or not, and that is committed. */
    void end() {
        if (kept != null) {
            kept.end();
            kept = null;
        }
    }

    /** The work stops before it has ended: its answer is left for whoever takes the lookup next. */
    void leave() {
        if (kept != null) {
            kept.leave(lookup);
            kept = null;
        }
    }

    /** What is now the last result of the key; null when it has not changed. */
    public PendingLookup.Delivered delivered() {
        return delivered;
    }

    /**
     * There is a result, which something is to take.
     *
     * @param now what is then the last result of the key; null when that does not change
     */
    public void result(Done how, PendingLookup.Delivered now) {
        this.done = how;
        this.delivered = now;
        this.taken = false;
        this.leftOut = false;
    }

    /** Something has taken the result. */
    public void take() {
        taken = true;
    }

    /**
     * It has come to a step of its route.
     *
     * @param route null: that of the step before
     * @return how many steps it has come to
     */
    public int reached(String route) {
        this.route = route == null ? this.route : route;
        return steps.incrementAndGet();
    }

    /** How many steps it has come to. */
    public int reached() {
        return steps.get();
    }

    /** A step has left it out, so that its route may end without anything that takes it. */
    public void leaveOut() {
        leftOut = true;
    }

    /**
     * The route has ended. What a step left out is done, too, and counted as left out.
     *
     * @throws UntakenException when the result has come to the end, and nothing has taken it
     */
    public void ended() {
        if (taken) {
            return;
        }
        if (!leftOut) {
            throw new UntakenException(route);
        }
        done = done == Done.UNCHANGED ? done : Done.LEFT_OUT;
    }

    public Done done() {
        return done;
    }

    /** The route that it has come to. */
    public String route() {
        return route;
    }

    /** A result came to the end of its route, and nothing has taken it: it must not be done (I17). */
    public static final class UntakenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UntakenException(String route) {
            super(
                    "a result has come to the end of route " + route
                            + " and nothing has taken it; end the route with 'to: direct:delivery' or another endpoint,"
                            + " or set the exchange property 'taken' in the step that takes it",
                    null,
                    false,
                    false);
        }
    }

    @Override
    public String toString() {
        return "result of " + lookup;
    }
}
