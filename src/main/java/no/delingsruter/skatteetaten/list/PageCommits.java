package no.delingsruter.skatteetaten.list;

import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.apache.camel.Exchange;

/**
 * Pages of one list that are stored while the next one is read. At most one is under way, and the next is stored only when it has been:
 * if it was not, nothing that was read after it is stored either, and the list is read again from the checkpoint.
 */
public final class PageCommits {
    private static final String PROPERTY = "hendelsesliste.commits";
    private final Executor executor;
    private FutureTask<Void> underWay;
    private long to;
    private boolean failed;

    /** @param executor runs what is stored later */
    public PageCommits(Executor executor) {
        this.executor = executor;
    }

    static PageCommits of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, PageCommits.class);
    }

    public void attachTo(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    /** The checkpoint once the page that is under way is stored; empty when none is. */
    OptionalLong checkpoint() {
        return underWay == null ? OptionalLong.empty() : OptionalLong.of(to);
    }

    /**
     * Stores a page.
     *
     * @param checkpoint that the page moves to
     * @param later      whether that may go on while the next page is read; not after one that could not be stored, so that a failure
     *                   that lasts is one
     */
    void store(long checkpoint, boolean later, Runnable store) {
        if (!later || failed) {
            store.run();
            failed = false;
            return;
        }
        FutureTask<Void> page = new FutureTask<>(store, null);
        executor.execute(page);
        underWay = page;
        to = checkpoint;
    }

    /** Returns when the page that was under way is stored; else throws what its storing has thrown. */
    void await() {
        FutureTask<Void> page = underWay;
        underWay = null;
        if (page == null) {
            return;
        }
        try {
            page.get();
        } catch (ExecutionException e) {
            failed = true;
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Waits for the page that is under way, whatever becomes of it: the checkpoint tells. */
    public void settle() {
        try {
            await();
        } catch (RuntimeException e) {
            // The list is read again from the checkpoint, and fails there if it must
        }
    }
}
