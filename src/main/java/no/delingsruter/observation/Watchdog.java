package no.delingsruter.observation;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import no.delingsruter.logging.Logging;
import no.delingsruter.observation.Alerts.Severity;
import no.delingsruter.support.Daemons;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what has work and does not get on (I16): once, with the reason that is known or where its thread stands; and starts anew what has
 * ended. Its own last round is a metric, and liveness fails without it.
 */
public final class Watchdog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(10);
    private static final int MISSED_ROUNDS = 6;
    private static final int FRAMES = 40;

    private final Alerts alerts;
    private final Duration longestSilence;
    private final Duration interval;
    private final Set<String> stalled = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("watchdog"));
    private volatile long round = System.nanoTime();

    /** @param longestSilence of what has work; longer is stalled */
    public Watchdog(Alerts alerts, Duration longestSilence) {
        this.alerts = alerts;
        this.longestSilence = longestSilence;
        Duration quarter = longestSilence.dividedBy(4);
        this.interval = quarter.compareTo(LONGEST_INTERVAL) < 0 ? quarter : LONGEST_INTERVAL;
    }

    public void start() {
        round = System.nanoTime();
        var unused = timer.scheduleWithFixedDelay(
                this::round, interval.toMillis(), Math.max(1, interval.toMillis()), TimeUnit.MILLISECONDS);
    }

    public double secondsSinceRound() {
        return (System.nanoTime() - round) / 1e9;
    }

    /** Whether it watches. */
    public boolean isWell() {
        return secondsSinceRound() < interval.toSeconds() * MISSED_ROUNDS + LONGEST_INTERVAL.toSeconds();
    }

    public boolean isStalled(String activity) {
        return stalled.contains(activity);
    }

    private void round() {
        try {
            alerts.watched().forEach(this::look);
            lookAtLog();
            alerts.sayHeldBack();
            round = System.nanoTime();
        } catch (RuntimeException e) {
            LOG.warn("The watchdog has missed a round ({})", e.getClass().getSimpleName());
        }
    }

    /** What the log cannot say, health, status and page do. */
    private void lookAtLog() {
        Logging.unwritten()
                .ifPresentOrElse(
                        why -> alerts.begins("Log", "cannot be written: " + why + "; the job goes on without it"),
                        () -> alerts.ends("Log", "can be written again"));
    }

    private void look(Activity activity) {
        if (activity.mended()) {
            LOG.warn("{}: its thread had ended; it has been started anew", activity.name());
        }
        Optional<Activity.Standstill> standstill = activity.standstill(longestSilence);
        if (standstill.isEmpty()) {
            if (stalled.remove(activity.name())) {
                alerts.ends(alert(activity), "gets on again");
            }
            return;
        }
        boolean first = stalled.add(activity.name());
        String known = known(activity);
        String reason = known.isEmpty()
                ? "no reason known"
                        + standstill
                                .get()
                                .thread()
                                .map(thread -> ", it stands in " + where(thread))
                                .orElse("")
                : known;
        alerts.begins(
                alert(activity),
                "has work and has not got on for " + standstill.get().silence().toSeconds() + " s: " + reason,
                Severity.STANDSTILL);
        if (first && known.isEmpty()) {
            standstill
                    .get()
                    .thread()
                    .ifPresent(thread -> LOG.warn("{} stands here:{}", activity.name(), stack(thread)));
        }
    }

    private static String alert(Activity activity) {
        return "Stalled: " + activity.name();
    }

    /** What stands still for a reason that was said already. */
    private String known(Activity activity) {
        return alerts.open().entrySet().stream()
                .filter(one ->
                        one.getKey().equals(Alerts.STORE) || activity.name().endsWith(one.getKey()))
                .map(one -> "probably because of " + one.getKey() + ": " + one.getValue())
                .findFirst()
                .orElse("");
    }

    /** The innermost step of ours, else the innermost at all. */
    private static String where(Thread thread) {
        StackTraceElement[] frames = thread.getStackTrace();
        return Arrays.stream(frames)
                .filter(frame -> frame.getClassName().startsWith("no.delingsruter."))
                .findFirst()
                .or(() -> Arrays.stream(frames).findFirst())
                .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                .orElse("nothing any more");
    }

    /** Names of classes and methods alone, which hold nothing personal. */
    private static String stack(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .limit(FRAMES)
                .map(frame -> "\n    at " + frame)
                .collect(Collectors.joining());
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
