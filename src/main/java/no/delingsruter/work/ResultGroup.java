package no.delingsruter.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import no.delingsruter.store.Ending;
import no.delingsruter.store.Store;
import no.delingsruter.store.StoreException;
import no.delingsruter.support.Daemons;
import no.delingsruter.support.ProcessEnd;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Results, which the store writes together, whatever they are of: those that come while others are being written are written next, in one
 * transaction. So a result that comes alone waits for nothing, and the more there is to write the more of it goes at once, a transaction
 * every 20 milliseconds at most. Those of a transaction that fails are written one by one: one result's fault is no other's.
 */
public final class ResultGroup {
    private static final Logger LOG = LoggerFactory.getLogger(ResultGroup.class);
    /** Of one transaction, and of those that wait. */
    static final int MOST = 100;

    /** So many failures in a row are no single result's. */
    private static final int AWAY = 3;

    /** From the beginning of a transaction to that of the next one, while results come. */
    private static final Duration GATHERING = Duration.ofMillis(20);

    /** A store that takes longer may take nothing for a while, and no more is to be fetched for it meanwhile. */
    static final Duration SLOW = Duration.ofMillis(50);

    /** A result, whose route has ended. */
    interface Member {
        Ending ending();

        /** @param failure null when it is done, and that is committed */
        void ended(@Nullable Throwable failure);
    }

    private final Function<List<Ending>, @Nullable Throwable> store;
    /** Writes what came while a lane's own thread wrote, which has other work. */
    private final Executor writer =
            new ThreadPoolExecutor(0, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Daemons.named("results"));

    private final Deque<Member> waiting = new ArrayDeque<>();
    private final long slow;
    private final long gathering;
    private boolean writing;
    private long writingSince;

    /** @param transactions each of which several results are written in */
    public ResultGroup(Store store, Transactions transactions) {
        this(
                endings -> StoreException.guarded(
                        "A result cannot be stored",
                        () -> transactions.run(() -> {
                            store.done(endings);
                            return null;
                        })),
                SLOW,
                GATHERING);
    }

    /**
     * @param store writes results in one transaction, and answers what went wrong; null for nothing
     * @param slow  once a transaction has taken that long, whoever comes with a result waits for its end
     * @param gathering from the beginning of a transaction to that of the next one, while results come
     */
    ResultGroup(Function<List<Ending>, @Nullable Throwable> store, Duration slow, Duration gathering) {
        this.store = store;
        this.slow = slow.toNanos();
        this.gathering = gathering.toNanos();
    }

    /** Writes the result; or leaves it to who writes already, and waits only for room, or for a store that is slow. */
    void add(Member member) {
        synchronized (this) {
            boolean interrupted = false;
            while (writing && (waiting.size() >= MOST || System.nanoTime() - writingSince >= slow)) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            waiting.add(member);
            if (writing) {
                if (waiting.size() >= MOST) {
                    notifyAll();
                }
                return;
            }
            writing = true;
            writingSince = System.nanoTime();
        }
        write(next());
        List<Member> more = next();
        if (!more.isEmpty()) {
            writer.execute(() -> writeOn(more));
        }
    }

    private void writeOn(List<Member> first) {
        for (List<Member> next = first; !next.isEmpty(); next = next()) {
            write(next);
            gather();
        }
    }

    /** A transaction costs the store as much as several results do. */
    private synchronized void gather() {
        try {
            for (long left = gatheringLeft(); left > 0 && waiting.size() < MOST; left = gatheringLeft()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long gatheringLeft() {
        return gathering - (System.nanoTime() - writingSince);
    }

    private synchronized List<Member> next() {
        List<Member> next = new ArrayList<>();
        while (next.size() < MOST && !waiting.isEmpty()) {
            next.add(waiting.poll());
        }
        writing = !next.isEmpty();
        writingSince = System.nanoTime();
        notifyAll();
        return next;
    }

    private void write(List<Member> members) {
        Throwable failure = written(members);
        if (failure == null || members.size() == 1) {
            members.forEach(member -> ended(member, failure));
            return;
        }
        int away = outOfReach(failure) ? 1 : 0;
        Throwable last = failure;
        for (Member member : members) {
            // A store that is not there is not asked for each
            last = away < AWAY ? written(List.of(member)) : last;
            away = outOfReach(last) ? away + 1 : 0;
            ended(member, last);
        }
    }

    private static boolean outOfReach(@Nullable Throwable failure) {
        return failure instanceof StoreException e && e.outOfReach();
    }

    private @Nullable Throwable written(List<Member> members) {
        try {
            return store.apply(members.stream().map(Member::ending).toList());
        } catch (Throwable e) {
            ProcessEnd.ifFatal(e);
            return e;
        }
    }

    private static void ended(Member member, @Nullable Throwable failure) {
        try {
            member.ended(failure);
        } catch (Throwable e) {
            ProcessEnd.ifFatal(e);
            // What is wrong with one is no other's fault
            LOG.error("What comes after a result was written has failed; the others of its group go on", e);
        }
    }
}
