package no.delingsruter.work;

import java.time.Instant;
import java.util.Map;
import no.delingsruter.model.FetchedAnswer;
import no.delingsruter.model.Page;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.store.answers.ResponseJournal;

/**
 * A lookup on its way through a route, from its pending row to its result. It travels as an exchange property, so that a step
 * that changes body or headers does not lose it.
 */
public final class LookupExecution {
    /** Exchange property; absent when the exchange does not come from {@code pending-lookup}. */
    public static final String PROPERTY = "pending-lookup.execution";

    private final PendingLookup lookup;
    private final ResponseJournal answers;
    private PendingLookup.Delivered delivered;
    private ResponseJournal.Kept kept;
    private boolean fromBefore;

    /** One whose answer is kept nowhere. */
    public LookupExecution(PendingLookup lookup) {
        this(lookup, null);
    }

    /** @param answers null: the answer is kept nowhere */
    public LookupExecution(PendingLookup lookup, ResponseJournal answers) {
        this.lookup = lookup;
        this.answers = answers;
        this.kept = answers == null ? null : answers.take(lookup);
        this.fromBefore = kept != null && kept.answer() != null;
    }

    /** Its latest event. */
    public Map<?, ?> event() {
        return Page.event(lookup.hendelse());
    }

    public PendingLookup lookup() {
        return lookup;
    }

    /**
     * The answer that was got before the process was killed; null when the API is still to be asked.
     *
     * @param by see {@link FetchedAnswer}
     */
    public FetchedAnswer before(String by) {
        return fromBefore && kept.answer().by().equals(by) ? kept.answer() : null;
    }

    /** Keeps the answer, so that a process that is killed need not ask again. */
    public void keep(FetchedAnswer answer) {
        if (answers != null) {
            end();
            kept = answers.keep(lookup, answer);
        }
    }

    /** When the answer was there; now, when it is told in another way than by a call of its own. */
    public Instant fetchedAt() {
        return kept == null || kept.answer() == null
                ? Instant.now()
                : kept.answer().at();
    }

    /** The lookup has ended, well or not, and that is committed. */
    void end() {
        if (kept != null) {
            kept.end();
            kept = null;
            fromBefore = false;
        }
    }

    /** What is now the last result of the key; null when it has not changed. */
    public PendingLookup.Delivered delivered() {
        return delivered;
    }

    public void delivered(PendingLookup.Delivered now) {
        this.delivered = now;
    }

    @Override
    public String toString() {
        return "result of " + lookup;
    }
}
