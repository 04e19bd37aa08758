package no.delingsruter.observation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import no.delingsruter.observation.Statistics.Counts;
import no.delingsruter.support.Amounts;
import no.delingsruter.support.Daemons;
import org.jspecify.annotations.Nullable;

/** Says, at intervals and only when something has happened, how far the job has come. */
public final class Progress implements AutoCloseable {
    /** So many lists have a line each; more have one together. */
    private static final int FEW = 5;

    private static final int WORST = 3;

    private final Statistics statistics;
    private final Supplier<ToLongFunction<Statistics.Id>> pending;
    private final int slots;
    private final Consumer<String> out;
    private final Map<Statistics.Id, Point> before = new HashMap<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("progress"));

    private record Point(long at, long delivered, long events, long lookups, long nanos, long parked) {
        static Point of(Counts counts, long at) {
            return new Point(
                    at,
                    counts.delivered.sum(),
                    counts.eventsRead.sum(),
                    counts.lookups.sum(),
                    counts.lookupNanos.sum(),
                    counts.parked.sum());
        }

        boolean differs(Point other) {
            return delivered != other.delivered
                    || events != other.events
                    || lookups != other.lookups
                    || parked != other.parked;
        }

        Point plus(Point other) {
            return new Point(
                    Math.min(at, other.at),
                    delivered + other.delivered,
                    events + other.events,
                    lookups + other.lookups,
                    nanos + other.nanos,
                    parked + other.parked);
        }
    }

    /** One list, or all of them. */
    private record Step(@Nullable Point last, Point now, Map<String, Long> leftOut) {
        boolean isNews() {
            return last == null || now.differs(last);
        }

        Step plus(Step other) {
            Map<String, Long> all = new TreeMap<>(leftOut);
            other.leftOut.forEach((by, amount) -> all.merge(by, amount, Long::sum));
            return new Step(
                    last == null || other.last == null ? null : last.plus(other.last), now.plus(other.now), all);
        }
    }

    /**
     * @param pending how many lookups of a service and organisation are pending; asked for once before anything is said
     * @param slots   calls allowed at once per API and organisation
     */
    public Progress(
            Statistics statistics, Supplier<ToLongFunction<Statistics.Id>> pending, int slots, Consumer<String> out) {
        this.statistics = statistics;
        this.pending = pending;
        this.slots = slots;
        this.out = out;
    }

    public void every(Duration interval) {
        var unused = timer.scheduleWithFixedDelay(
                this::report, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A line for each list where something has happened since the last time; where there are many, one for all. */
    public synchronized void report() {
        long at = System.nanoTime();
        Map<Statistics.Id, Step> steps = new TreeMap<>();
        statistics.all().forEach((id, counts) -> {
            Point now = Point.of(counts, at);
            steps.put(id, new Step(before.put(id, now), now, counts.leftOut()));
        });
        if (steps.values().stream().noneMatch(Step::isNews)) {
            return;
        }
        try {
            ToLongFunction<Statistics.Id> waiting = pending.get();
            if (steps.size() > FEW) {
                out.accept(together(steps, waiting));
                return;
            }
            steps.forEach((id, step) -> {
                if (step.isNews()) {
                    out.accept(line(id.toString(), step, waiting.applyAsLong(id), true));
                }
            });
        } catch (RuntimeException e) {
            // The store is away; its own trouble is said elsewhere, and progress goes on afterwards
        }
    }

    private String together(Map<Statistics.Id, Step> steps, ToLongFunction<Statistics.Id> waiting) {
        Map<Statistics.Id, Long> wait =
                steps.keySet().stream().collect(Collectors.toMap(id -> id, waiting::applyAsLong));
        List<Map.Entry<Statistics.Id, Long>> most = new ArrayList<>(wait.entrySet());
        most.removeIf(one -> one.getValue() == 0);
        most.sort(Map.Entry.<Statistics.Id, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()));
        long sum = wait.values().stream().mapToLong(Long::longValue).sum();
        Step all = steps.values().stream().reduce(Step::plus).orElseThrow();
        return line(steps.size() + " lists", all, sum, false)
                + (most.isEmpty()
                        ? ""
                        : most.stream()
                                .limit(WORST)
                                .map(one -> one.getKey() + " " + Amounts.number(one.getValue()))
                                .collect(Collectors.joining(", ", "; most is pending of ", "")));
    }

    private String line(String of, Step step, long waiting, boolean one) {
        Point now = step.now;
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: %,d events read, %,d pending, %,d delivered, %,d parked",
                of,
                now.events,
                waiting,
                now.delivered,
                now.parked));
        step.leftOut.forEach(
                (by, amount) -> line.append(String.format(Locale.ROOT, ", %,d left out by %s", amount, by)));
        Point last = step.last;
        if (last != null && now.lookups > last.lookups) {
            double seconds = (now.at - last.at) / 1e9;
            double rate = (now.lookups - last.lookups) / seconds;
            double latency = (now.nanos - last.nanos) / 1e9 / (now.lookups - last.lookups);
            line.append(String.format(Locale.ROOT, "; %.0f lookups/s", rate));
            if (one) {
                line.append(String.format(Locale.ROOT, " of the %.0f that %d slots allow", slots / latency, slots));
            }
            line.append(String.format(Locale.ROOT, " at %.0f ms", latency * 1000));
            if (waiting > 0) {
                line.append(", ")
                        .append(Amounts.time(Math.round(waiting / rate)))
                        .append(" left");
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        // Not interrupted: it may be reading from H2, whose file that would close
        timer.shutdown();
    }
}
