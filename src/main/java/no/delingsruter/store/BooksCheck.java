package no.delingsruter.store;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Statistics;
import no.delingsruter.support.Daemons;
import no.delingsruter.support.ProcessEnd;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks the books against the tables, at the start and hourly, at one of several instances. A difference is said and never stops the work.
 */
public final class BooksCheck implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BooksCheck.class);
    private static final Duration BETWEEN = Duration.ofHours(1);
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Books books;
    private final Alerts alerts;
    private final BooleanSupplier leads;
    private final Map<Statistics.Id, Long> differences = new ConcurrentHashMap<>();
    private final Map<Statistics.Id, Instant> balanced = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(Daemons.named("books"));

    private @Nullable Long checked;

    /** @param leads whether this instance is the one that checks */
    public BooksCheck(Books books, Alerts alerts, BooleanSupplier leads) {
        this.books = books;
        this.alerts = alerts;
        this.leads = leads;
    }

    public void start() {
        var unused = timer.scheduleWithFixedDelay(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        long now = System.nanoTime();
        try {
            if (!leads.getAsBoolean()) {
                checked = null;
                differences.clear();
            } else if (checked == null || now - checked >= BETWEEN.toNanos()) {
                checked = now;
                check();
            }
        } catch (Throwable e) {
            ProcessEnd.ifFatal(e);
            LOG.error("The books cannot be checked; tried again in an hour", e);
        }
    }

    /** Says a difference once, with both numbers; and when there is none any more. */
    public void check() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        try {
            for (Books.Balance balance : books.read()) {
                Statistics.Id id = new Statistics.Id(balance.service(), balance.organisation());
                String what = "Books of " + id;
                long difference = balance.in() - balance.out();
                differences.put(id, difference);
                if (difference == 0) {
                    balanced.put(id, now);
                    alerts.ends(what, "balance again");
                } else {
                    alerts.begins(
                            what,
                            differs(balance) + "; it began "
                                    + (balanced.containsKey(id) ? "after " + balanced.get(id) : "before this start"));
                }
            }
        } catch (StoreException e) {
            // The store is away, and says so by itself; the next check is made with it
            differences.clear();
        }
    }

    /** What came in and was not accounted for, at the last check; not a number before the first. */
    public double difference(Statistics.Id id) {
        return differences.containsKey(id) ? differences.get(id) : Double.NaN;
    }

    /**
     * The books as lines for a person: for each list what came in, where it is, and a difference.
     *
     * @return how many do not balance
     */
    public static int report(List<Books.Balance> balances, List<String> lines) {
        int wrong = 0;
        for (Books.Balance balance : balances) {
            Statistics.Id id = new Statistics.Id(balance.service(), balance.organisation());
            List<String> in = new ArrayList<>();
            List<String> out = new ArrayList<>();
            balance.amounts()
                    .forEach((account, amount) ->
                            (Books.isIn(account) ? in : out).add(String.format("%,d %s", amount, account)));
            lines.add(id + ": " + String.join(" + ", in) + " = " + String.join(" + ", out));
            if (balance.in() != balance.out()) {
                wrong++;
                lines.add(id + ": " + differs(balance));
            }
        }
        return wrong;
    }

    private static String differs(Books.Balance balance) {
        return "%,d have come in, %,d are accounted for".formatted(balance.in(), balance.out());
    }

    @Override
    public void close() {
        // Not interrupted: it may be reading from H2, whose file that would close
        timer.shutdown();
    }
}
