package no.delingsruter.observation;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToLongBiFunction;
import no.delingsruter.observation.Statistics.Counts;

/** Says, at intervals and only when something has happened, how far the job has come. */
public final class Progress implements AutoCloseable {
    /** To count many takes its time: counting takes a twentieth of it at most. */
    private static final int PAUSE_PER_COUNT = 20;

    private final Statistics statistics;
    private final ToLongBiFunction<String, String> pending;
    private final int slots;
    private final Consumer<String> out;
    private final Map<Statistics.Id, Point> before = new HashMap<>();
    private final Map<Statistics.Id, Counted> counted = new HashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "progress");
        thread.setDaemon(true);
        return thread;
    });

    private record Counted(long pending, long from, long to) {
        boolean fresh() {
            return System.nanoTime() - to < (to - from) * PAUSE_PER_COUNT;
        }
    }

    private record Point(long at, long delivered, long events, long lookups, long nanos, long parked) {}

    /**
     * @param pending how many lookups are pending, by service and organisation
     * @param slots   calls allowed at once per API and organisation
     */
    public Progress(Statistics statistics, ToLongBiFunction<String, String> pending, int slots, Consumer<String> out) {
        this.statistics = statistics;
        this.pending = pending;
        this.slots = slots;
        this.out = out;
    }

    public void every(Duration interval) {
        var unused = timer.scheduleWithFixedDelay(
                this::report, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One line for each service and organisation where something has happened since the last time. */
    public synchronized void report() {
        statistics.all().forEach((id, counts) -> {
            Point now = new Point(
                    System.nanoTime(),
                    counts.delivered.sum(),
                    counts.eventsRead.sum(),
                    counts.lookups.sum(),
                    counts.lookupNanos.sum(),
                    counts.parked.sum());
            Point last = before.put(id, now);
            if (last == null
                    || last.delivered != now.delivered
                    || last.events != now.events
                    || last.lookups != now.lookups
                    || last.parked != now.parked) {
                try {
                    out.accept(line(id, counts, last, now));
                } catch (RuntimeException e) {
                    // The store is away; its own trouble is said elsewhere, and progress goes on afterwards
                    before.put(id, now);
                }
            }
        });
    }

    private String line(Statistics.Id id, Counts counts, Point last, Point now) {
        long waiting = waiting(id);
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: %,d events read, %,d pending, %,d delivered, %,d parked",
                id,
                now.events,
                waiting,
                now.delivered,
                now.parked));
        counts.leftOut()
                .forEach((by, amount) -> line.append(String.format(Locale.ROOT, ", %,d left out by %s", amount, by)));
        if (last != null && now.lookups > last.lookups) {
            double seconds = (now.at - last.at) / 1e9;
            double rate = (now.lookups - last.lookups) / seconds;
            double latency = (now.nanos - last.nanos) / 1e9 / (now.lookups - last.lookups);
            line.append(String.format(
                    Locale.ROOT,
                    "; %.0f lookups/s of the %.0f that %d slots allow at %.0f ms",
                    rate,
                    slots / latency,
                    slots,
                    latency * 1000));
            if (waiting > 0) {
                line.append(", ").append(duration(Math.round(waiting / rate))).append(" left");
            }
        }
        return line.toString();
    }

    private long waiting(Statistics.Id id) {
        Counted last = counted.get(id);
        if (last == null || !last.fresh()) {
            long from = System.nanoTime();
            last = new Counted(pending.applyAsLong(id.service(), id.organisation()), from, System.nanoTime());
            counted.put(id, last);
        }
        return last.pending;
    }

    private static String duration(long seconds) {
        return seconds < 120 ? seconds + " s" : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    @Override
    public void close() {
        // Not interrupted: it may be reading from H2, whose file that would close
        timer.shutdown();
    }
}
