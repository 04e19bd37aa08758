package no.delingsruter.observation;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says once that something is wrong, and once that it is over; of what comes and goes, once a minute at most, with how often. What is
 * held back is said by {@link #sayHeldBack()}.
 */
public final class Alerts {
    /** The store is out of reach: one trouble, whoever notices it. */
    public static final String STORE = "Store";

    private final Map<String, Open> open = new ConcurrentHashMap<>();
    private final Map<String, AlertLines> lines = new ConcurrentHashMap<>();
    private final LongSupplier nanos;
    private volatile Consumer<String> told = name -> {};
    private final Map<String, Activity> watched = new ConcurrentHashMap<>();

    /** How bad it is. */
    public enum Severity {
        /** Slower than usual; goes over by itself. */
        SLOWER,
        /** Nothing is delivered, and somebody may have to act: the store is away, or everything is refused. */
        STANDSTILL
    }

    private record Open(String reason, Severity severity) {}

    public Alerts() {
        this(System::nanoTime);
    }

    /** @param nanos the time, as {@link System#nanoTime} counts it */
    public Alerts(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Slower, or a standstill when it is the store.
     *
     * @param reason one sentence without personal data
     */
    public void begins(String what, String reason) {
        begins(what, reason, what.equals(STORE) ? Severity.STANDSTILL : Severity.SLOWER);
    }

    /**
     * Logged when it begins, and when it becomes a standstill; another reason on the way shows in {@link #open()} alone.
     *
     * @param reason one sentence without personal data
     */
    public void begins(String what, String reason, Severity severity) {
        open.compute(what, (key, before) -> {
            lines.computeIfAbsent(what, AlertLines::new).begins(reason, severity, before == null, nanos.getAsLong());
            return new Open(reason, severity);
        });
    }

    public void ends(String what) {
        ends(what, "works again");
    }

    /** @param how one sentence without personal data */
    public void ends(String what, String how) {
        if (!open.isEmpty() && open.remove(what) != null) {
            lines.get(what).ends(how, nanos.getAsLong());
        }
    }

    /** Says what has come and gone too often to be said each time; called at intervals. */
    public void sayHeldBack() {
        lines.forEach((what, said) -> said.sayHeldBack(stillOpen(what), nanos.getAsLong()));
    }

    /** There is no later: what is held back is said now. */
    public void sayLast() {
        lines.forEach((what, said) -> said.sayNow(stillOpen(what), nanos.getAsLong()));
    }

    private @Nullable String stillOpen(String what) {
        Open still = open.get(what);
        return still == null ? null : still.reason();
    }

    /** Watches over something that works by itself; what was watched by that name is no longer. */
    public Activity watch(String name) {
        return watch(name, null);
    }

    /** @param mend starts it anew when its thread has ended; null when that ends with what it does */
    public Activity watch(String name, @Nullable Runnable mend) {
        Activity activity = new Activity(name, mend);
        if (watched.put(name, activity) == null) {
            told.accept(name);
        }
        return activity;
    }

    Collection<Activity> watched() {
        return watched.values();
    }

    /** @param told of the name of all that is watched, now and later */
    public void whenWatched(Consumer<String> told) {
        this.told = told;
        watched.keySet().forEach(told);
    }

    /** What is wrong now, with its reason. */
    public Map<String, String> open() {
        Map<String, String> result = new TreeMap<>();
        open.forEach((what, alerts) -> result.put(what, alerts.reason()));
        return result;
    }

    /** Whether something stands still. */
    public boolean standstill() {
        return standstills() > 0;
    }

    /** How many things stand still. */
    public long standstills() {
        return open.values().stream()
                .filter(alerts -> alerts.severity() == Severity.STANDSTILL)
                .count();
    }
}
