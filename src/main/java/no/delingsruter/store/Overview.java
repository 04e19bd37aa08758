package no.delingsruter.store;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import no.delingsruter.model.Scope;
import no.delingsruter.support.Daemons;
import no.delingsruter.support.ProcessEnd;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * How far each event list and its lookups have come. Where much is pending, a running job counts it beside whoever asks, and answers
 * with what it counted last: nobody waits for it, and it never takes more than a fiftieth of one processor's time.
 */
public final class Overview implements AutoCloseable {
    /** From so many on it is not counted while somebody waits. */
    static final long MANY = 20_000;

    private static final int PAUSE_PER_LOOK = 50;
    private static final Duration BETWEEN = Duration.ofSeconds(2);
    /** Nobody who asks for one number after the other has all of them counted each time. */
    private static final Duration RECENT = Duration.ofSeconds(2);

    private final JdbcTemplate jdbc;
    private final PendingCount pending;
    private final List<Scope> lanes;
    private volatile @Nullable Seen last;
    private volatile @Nullable ScheduledExecutorService timer;

    /** @param lanes all that runs */
    public Overview(DataSource dataSource, List<Scope> lanes) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.pending = new PendingCount(jdbc);
        this.lanes = List.copyOf(lanes);
    }

    /** What the store knows of one service and organisation. */
    public static final class Row {
        /** The last number that was read, and when; null when nothing was. */
        public @Nullable Long position;

        public @Nullable Instant moved;
        public long pending;
        /** Since when the lookup that waits longest could have been made, or when the next one is due; null when none is pending. */
        public @Nullable Instant due;

        public long parked;
        /** Since when the event that is parked for longest; null for none. */
        public @Nullable Instant parkedSince;
    }

    /**
     * One look.
     *
     * @param rows by service and organisation, of all that runs
     * @param at   when it was
     * @param took nanoseconds
     */
    public record Seen(Map<Scope, Row> rows, Instant at, long took) {
        public Row of(String service, String organisation) {
            return rows.getOrDefault(new Scope(service, organisation, ""), new Row());
        }

        private boolean many() {
            return rows.values().stream().mapToLong(row -> row.pending).sum() >= MANY;
        }

        private Duration rest() {
            return Duration.ofNanos(took).multipliedBy(PAUSE_PER_LOOK);
        }

        private boolean isYoungerThan(Duration age) {
            return Duration.between(at, Instant.now()).compareTo(age) < 0;
        }
    }

    /** Counts what is much from now on by itself. */
    public void keep() {
        ScheduledExecutorService keeping = Executors.newSingleThreadScheduledExecutor(Daemons.named("overview"));
        timer = keeping;
        var unused = keeping.scheduleWithFixedDelay(this::lookAgain, 0, BETWEEN.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void lookAgain() {
        Seen before = last;
        if (before == null || (before.many() && !before.isYoungerThan(before.rest()))) {
            try {
                look();
            } catch (RuntimeException | Error e) {
                ProcessEnd.ifFatal(e);
                // Whoever asks next is told; no number is better than an old one
                last = null;
            }
        }
    }

    /**
     * As it is now; where much is pending, as it was a while ago.
     *
     * @throws StoreException when the store is away
     */
    public Seen now() {
        Seen before = last;
        return before != null && isKept(before) ? before : look();
    }

    /** Of the last few seconds. @throws StoreException when the store is away */
    public synchronized Seen recent() {
        Seen before = last;
        return before != null && (before.isYoungerThan(RECENT) || isKept(before)) ? before : look();
    }

    /** Not when it should have been looked again long ago: then the store does not answer, and who asks finds out. */
    private boolean isKept(Seen seen) {
        return timer != null
                && seen.many()
                && seen.isYoungerThan(seen.rest().multipliedBy(2).plusSeconds(30));
    }

    private synchronized Seen look() {
        long from = System.nanoTime();
        Instant at = Instant.now();
        Seen seen = StoreException.guarded(
                "How far everything has come cannot be read", () -> new Seen(rows(), at, System.nanoTime() - from));
        last = seen;
        return seen;
    }

    private Map<Scope, Row> rows() {
        Map<Scope, Row> rows = new LinkedHashMap<>();
        for (Scope lane : lanes) {
            Row row = rows.computeIfAbsent(new Scope(lane.service(), lane.organisation(), ""), any -> new Row());
            PendingCount.Count count = pending.of(lane);
            row.pending += count.amount();
            if (count.due() != null && (row.due == null || count.due().isBefore(row.due))) {
                row.due = count.due();
            }
        }
        each("select service, organisation, sekvensnummer, updated_at from checkpoint", rows, (found, values) -> {
            found.position = values.number();
            found.moved = values.time();
        });
        each(
                "select service, organisation, count(*), min(parked_at) from parked where discarded_at is null"
                        + " group by service, organisation",
                rows,
                (found, values) -> {
                    found.parked = values.number();
                    found.parkedSince = values.time();
                });
        return rows;
    }

    private record Values(long number, Instant time) {}

    private void each(String query, Map<Scope, Row> rows, BiConsumer<Row, Values> into) {
        jdbc.query(query, result -> {
            Row row = rows.get(new Scope(result.getString(1), result.getString(2), ""));
            if (row != null) {
                into.accept(
                        row,
                        new Values(
                                result.getLong(3),
                                result.getObject(4, OffsetDateTime.class).toInstant()));
            }
        });
    }

    @Override
    public void close() {
        ScheduledExecutorService keeping = timer;
        if (keeping != null) {
            // Not interrupted: it may be reading from H2, whose file that would close
            keeping.shutdown();
        }
    }
}
