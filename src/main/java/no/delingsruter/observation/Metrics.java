package no.delingsruter.observation;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import no.delingsruter.model.Done;
import no.delingsruter.observation.Statistics.Counts;
import no.delingsruter.support.Daemons;

/**
 * What can be measured. Tags are service, api and organisation acted for, and never anything else: a tag is kept for ever by
 * whoever collects it.
 */
public final class Metrics {
    private static final String PREFIX = "delingsruter.";
    /** Of histograms. */
    public static final Duration[] BUCKETS = IntStream.of(20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private static final long FRESH_NANOS = 5_000_000_000L;
    private final MeterRegistry registry;
    private final LongSupplier nanos;

    public Metrics(MeterRegistry registry) {
        this(registry, System::nanoTime);
    }

    Metrics(MeterRegistry registry, LongSupplier nanos) {
        this.registry = registry;
        this.nanos = nanos;
    }

    /**
     * One service for one organisation.
     *
     * @param pending how many lookups are pending; asked every five seconds at most
     * @param parked  how many events are parked, likewise
     * @param reads   whether this instance reads the list now
     */
    public void service(
            Statistics.Id id, Counts counts, DoubleSupplier pending, DoubleSupplier parked, BooleanSupplier reads) {
        Tags tags = Tags.of("service", id.service(), "organisation", id.organisation());
        counter("events.read", "Events read from the event list", tags, counts, c -> c.eventsRead.sum());
        counter("delivered", "Lookups that were completed", tags, counts, c -> c.delivered.sum());
        counter(
                "failed.tries",
                "Lookups that failed and are tried again or parked",
                tags,
                counts,
                c -> c.failedTries.sum());
        counter("parkings", "Events that were parked since the start", tags, counts, c -> c.parked.sum());
        counter(
                "contradictions",
                "Lookups that found nothing although their event says that there is something",
                tags,
                counts,
                c -> c.contradictions.sum());
        counter("lookups", "Calls for lookups that were answered", tags, counts, c -> c.lookups.sum());
        counter("lookup.seconds", "Time those calls took", tags, counts, c -> c.lookupNanos.sum() / 1e9);
        for (Done how : Done.values()) {
            counter("done", "Lookups that were done, by how", tags.and("how", how.text()), counts, c -> c.done(how));
        }
        counts.whenLeftOut(by -> counter(
                "left.out",
                "Events and results that nobody asked for, by the route or rule that left them out",
                tags.and("by", by),
                counts,
                c -> c.leftOut().getOrDefault(by, 0L)));
        gauge(
                "seconds.since.poll",
                "Since the event list was read without trouble; NaN where another instance reads it",
                tags,
                () -> reads.getAsBoolean() ? (System.nanoTime() - counts.polled) / 1e9 : Double.NaN);
        gauge(
                "behind.events",
                "Numbers between the checkpoint and what the event list has said it goes to; NaN when it has not",
                tags,
                () -> counts.behind() < 0 ? Double.NaN : counts.behind());
        DoubleSupplier waiting = new Fresh(pending);
        gauge("pending", "Lookups that are pending", tags, waiting);
        gauge(
                "eta.seconds",
                "Until what is pending is done, at the rate of the last minute; NaN when nothing is done",
                tags,
                () -> waiting.getAsDouble() == 0 ? 0 : waiting.getAsDouble() / counts.rate.perSecond());
        gauge("parked", "Events that are parked", tags, new Fresh(parked));
    }

    /**
     * In seconds.
     *
     * @param lag    since the lookup that waits longest could have been made; 0 when none waits
     * @param parked since the event that is parked for longest was parked; 0 when none is
     */
    public void ages(Statistics.Id id, DoubleSupplier lag, DoubleSupplier parked) {
        Tags tags = Tags.of("service", id.service(), "organisation", id.organisation());
        gauge("lag.seconds", "Since the lookup that waits longest could have been made", tags, new Fresh(lag));
        gauge(
                "parked.age.seconds",
                "Since the event that is parked for longest was parked; 0 when none is",
                tags,
                new Fresh(parked));
    }

    /** @param state its name, 1 for the one that it is in */
    public void state(Statistics.Id id, String state, DoubleSupplier isIn) {
        gauge(
                "state",
                "1 for the state that the event list is in",
                Tags.of("service", id.service(), "organisation", id.organisation(), "state", state),
                isIn);
    }

    /** The time that calls take, answered or not, by API and organisation. */
    public BiConsumer<Duration, String> callTimes(String api, String organisation) {
        Tags tags = Tags.of("api", api, "organisation", organisation);
        Map<String, Timer> timers = new ConcurrentHashMap<>();
        return (time, outcome) -> timers.computeIfAbsent(
                        outcome,
                        any -> Timer.builder(PREFIX + "call.seconds")
                                .description("Calls, with the class of their answer; none for no whole answer")
                                .tags(tags.and("answer", outcome))
                                .serviceLevelObjectives(BUCKETS)
                                .register(registry))
                .record(time);
    }

    /**
     * The leases of this instance, where several may work on a store.
     *
     * @param wanted      that there are to hold, here or elsewhere
     * @param secondsLeft until the first of them ends without a renewal; NaN when none is held
     */
    public void leases(DoubleSupplier held, DoubleSupplier wanted, DoubleSupplier secondsLeft) {
        gauge("leases.wanted", "Units that some instance must hold the lease of", Tags.empty(), wanted);
        gauge("leases.held", "Units whose lease this instance holds", Tags.empty(), held);
        gauge(
                "lease.seconds.left",
                "Until the first lease ends without a renewal; NaN when none is held",
                Tags.empty(),
                secondsLeft);
    }

    /** @param how often leases have changed hands in this way */
    public void leaseChanges(String how, DoubleSupplier times) {
        counter(
                "lease.changes",
                "Leases that changed hands: taken, taken-over from a lost instance, handed-over, lost",
                Tags.of("how", how),
                times,
                DoubleSupplier::getAsDouble);
    }

    /** @param lookups that lost instances had under way, at most, and that are made again here */
    public void repeatedAfterTakeOver(DoubleSupplier lookups) {
        counter(
                "lookups.after.take.over",
                "Lookups that a lost instance had under way, at most, and that are made again here",
                Tags.empty(),
                lookups,
                DoubleSupplier::getAsDouble);
    }

    /** @param difference what came in and was not accounted for, at the last check */
    public void books(Statistics.Id id, DoubleSupplier difference) {
        gauge(
                "books.difference",
                "Events that came in and are not accounted for; 0 when the books balance",
                Tags.of("service", id.service(), "organisation", id.organisation()),
                difference);
    }

    public void watchdog(DoubleSupplier secondsSinceRound) {
        gauge("watchdog.seconds.since.round", "Since the watchdog's last round", Tags.empty(), secondsSinceRound);
    }

    /** @param seconds of the one that has stood still for longest; 0 when all get on */
    public void operations(DoubleSupplier seconds) {
        gauge(
                "operation.seconds.since.progress",
                "Since an operation that is not paused got on, of the one that has stood still for longest; 0 when there is none",
                Tags.empty(),
                seconds);
    }

    /** @param secondsLeft NaN when it is not known */
    public void keyExpiry(DoubleSupplier secondsLeft) {
        gauge(
                "key.expiry.seconds",
                "Until the key for Maskinporten expires; NaN when that is not known",
                Tags.empty(),
                secondsLeft);
    }

    /** @param things that are in trouble, and do not go on */
    public void standstills(DoubleSupplier things) {
        gauge(
                "standstills",
                "Things that stand still: a list or lookups of which everything is refused or nothing succeeds, the store, tokens",
                Tags.empty(),
                things);
    }

    /** @param stalled 1 when the activity has work and does not get on */
    public void stalled(String activity, DoubleSupplier stalled) {
        gauge("stalled", "1 when it has work and does not get on", Tags.of("activity", activity), stalled);
    }

    /**
     * The calls of one organisation to one API.
     *
     * @param slots         in use, fewer than configured while the API is overloaded
     * @param tokenFailures calls that were not made because there was no token
     */
    public void calls(
            String api,
            String organisation,
            DoubleSupplier inFlight,
            DoubleSupplier slots,
            DoubleSupplier tokenFailures) {
        Tags tags = Tags.of("api", api, "organisation", organisation);
        gauge("in.flight", "Calls that are open", tags, inFlight);
        gauge("slots", "Calls that may be open at once now", tags, slots);
        counter(
                "token.failures",
                "Calls that were not made because there was no token",
                tags,
                tokenFailures,
                DoubleSupplier::getAsDouble);
    }

    private <T> void counter(String name, String description, Tags tags, T source, ToDoubleFunction<T> value) {
        // A counter holds what it asks by a weak reference: by the registry, not by a lambda that nobody else holds
        FunctionCounter.builder(PREFIX + name, registry, always -> value.applyAsDouble(source))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private void gauge(String name, String description, Tags tags, DoubleSupplier value) {
        Gauge.builder(PREFIX + name, value::getAsDouble)
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    /**
     * Asks the store only now and then, however often and by however many the metrics are collected, and never while they wait: a store
     * that is away must not hide what else they tell.
     */
    private final class Fresh implements DoubleSupplier {
        private static final Executor ASKING = Executors.newSingleThreadExecutor(Daemons.named("metrics"));
        private final DoubleSupplier source;
        private boolean asking;
        private long began;
        private long asked;
        private double value = Double.NaN;

        Fresh(DoubleSupplier source) {
            this.source = source;
            asked = nanos.getAsLong() - FRESH_NANOS;
        }

        /** What the last answer was; NaN while there is none, and while the next one does not come. */
        @Override
        public synchronized double getAsDouble() {
            long now = nanos.getAsLong();
            if (asking) {
                return now - began >= FRESH_NANOS ? Double.NaN : value;
            }
            if (now - asked >= FRESH_NANOS) {
                asking = true;
                began = now;
                ASKING.execute(this::ask);
            }
            return value;
        }

        private void ask() {
            double answer = Double.NaN;
            try {
                answer = source.getAsDouble();
            } catch (RuntimeException e) {
                // The store is away, and says so by itself: no number is better than an old one
            } finally {
                synchronized (this) {
                    value = answer;
                    asked = nanos.getAsLong();
                    asking = false;
                }
            }
        }
    }
}
