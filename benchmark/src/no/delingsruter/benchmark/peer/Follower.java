package no.delingsruter.benchmark.peer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Reads a list to its end, has twelve threads do the lookups, and looks again every tenth of a second. */
final class Follower {
    private static final int THREADS = 12;
    private static final long PAUSE = 100;
    private final Api api;

    /** What one thread does with an event. */
    interface Work {
        void on(Api.Event event) throws Exception;
    }

    Follower(Api api) {
        this.api = api;
    }

    /**
     * Never returns.
     *
     * @param work made once for each thread
     */
    void follow(Supplier<Work> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Work> workers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            workers.add(work.get());
        }
        long next = Long.getLong("start", 1);
        while (true) {
            ConcurrentLinkedQueue<Api.Event> queue = new ConcurrentLinkedQueue<>();
            next = readToEnd(next, queue);
            if (queue.isEmpty()) {
                Thread.sleep(PAUSE);
            } else {
                drain(threads, workers, queue);
            }
        }
    }

    private long readToEnd(long from, ConcurrentLinkedQueue<Api.Event> queue) throws IOException, InterruptedException {
        long next = from;
        for (List<Api.Event> page = api.page(next); !page.isEmpty(); page = api.page(next)) {
            queue.addAll(page);
            next = page.get(page.size() - 1).sekvensnummer() + 1;
        }
        return next;
    }

    private static void drain(ExecutorService threads, List<Work> workers, ConcurrentLinkedQueue<Api.Event> queue)
            throws Exception {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (Work worker : workers) {
            tasks.add(() -> {
                for (Api.Event event = queue.poll(); event != null; event = queue.poll()) {
                    worker.on(event);
                }
                return null;
            });
        }
        for (Future<Void> task : threads.invokeAll(tasks)) {
            task.get();
        }
    }
}
