package no.delingsruter.skatteetaten;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.function.LongPredicate;

/** Ten workers, the calls that the limiter lets them make, and an API that takes fewer than they would like, on a clock of their own. */
final class LimitedApi {
    private static final long MS = 1_000_000;
    private static final int WORKERS = 10;
    private static final int REFUSED_MS = 2;

    private record Lookup(int number, int attempt) {
        Lookup again() {
            return new Lookup(number, attempt + 1);
        }
    }

    private record Event(long at, long number, Runnable what) {}

    /** Which calls the API takes; told when one that it took has ended. */
    interface Gate {
        boolean takes(long now);

        default void ended() {}
    }

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private final Queue<Lookup> lookups = new ArrayDeque<>();
    private final Queue<Lookup> waiting = new ArrayDeque<>();
    private final List<String> said = new ArrayList<>();
    private final Random random = new Random(17);
    private final Gate gate;
    private final int evidence;
    private final long latency;
    final ConcurrencyLimiter limiter;
    private long now = 1;
    private long counting;
    private long firstCall;
    private long lastAnswer;
    private int busy;
    private int open;
    private int left;
    private int served;
    private int refused;

    /** @param evidence what a refusal is, see {@link ConcurrencyLimiter} */
    LimitedApi(Gate gate, int evidence, int latencyMs) {
        this.gate = gate;
        this.evidence = evidence;
        this.latency = latencyMs * MS;
        this.limiter = new ConcurrencyLimiter(
                5,
                new ConcurrencyLimiter.Changes() {
                    @Override
                    public void fewer(int slots) {
                        said.add("fewer");
                    }

                    @Override
                    public void all() {
                        said.add("all");
                    }
                },
                () -> now);
    }

    /** So many calls at once, as nginx's limit_conn. */
    static Gate atOnce(int most) {
        return new Gate() {
            private int taken;

            @Override
            public boolean takes(long now) {
                boolean takes = taken < most;
                taken += takes ? 1 : 0;
                return takes;
            }

            @Override
            public void ended() {
                taken--;
            }
        };
    }

    /** So many calls a second, as nginx's limit_req with nodelay. */
    static Gate perSecond(int most, int burst) {
        double[] excess = {0, Double.NEGATIVE_INFINITY};
        return now -> {
            double would = Math.max(0, excess[0] - (now - excess[1]) * most / 1e9 + 1);
            if (excess[1] > 0 && would > burst) {
                return false;
            }
            excess[0] = excess[1] > 0 ? would : 0;
            excess[1] = now;
            return true;
        };
    }

    /** Those of which the predicate holds. */
    static Gate whenever(LongPredicate taken) {
        return taken::test;
    }

    /** What is counted, is counted from then on. */
    LimitedApi countingFrom(Duration start) {
        counting = start.toNanos();
        return this;
    }

    /** Makes so many lookups; what is refused is tried again as lookups are, after growing pauses. */
    LimitedApi lookUp(int many, Duration atMost) {
        left = many;
        for (int i = 0; i < many; i++) {
            lookups.add(new Lookup(i, 1));
        }
        long end = now + atMost.toNanos();
        work();
        while (left > 0 && !events.isEmpty() && events.peek().at <= end) {
            Event next = events.remove();
            now = next.at;
            next.what.run();
        }
        return this;
    }

    private void after(long nanos, Runnable what) {
        events.add(new Event(now + nanos, events.size() + served * 100L, what));
    }

    private void work() {
        while (busy < WORKERS && !lookups.isEmpty()) {
            busy++;
            waiting.add(lookups.remove());
        }
        while (open < limiter.slots() && !waiting.isEmpty()) {
            open++;
            begin(waiting.remove(), limiter.claim());
        }
    }

    private void begin(Lookup lookup, ConcurrencyLimiter.Turn turn) {
        if (turn == null) {
            begin(lookup);
        } else {
            after(turn.nanos(), () -> begin(lookup, limiter.claim(turn)));
        }
    }

    private void begin(Lookup lookup) {
        long wait = limiter.beginsIn();
        after(wait > 0 ? wait : random.nextLong(MS / 3), () -> {
            if (wait > 0) {
                begin(lookup);
            } else {
                call(lookup);
            }
        });
    }

    private void call(Lookup lookup) {
        firstCall = firstCall == 0 ? now : firstCall;
        boolean taken = gate.takes(now);
        after((taken ? latency : REFUSED_MS * MS) + random.nextLong(MS), () -> answered(lookup, taken));
    }

    private void answered(Lookup lookup, boolean taken) {
        if (now > counting) {
            served += taken ? 1 : 0;
            refused += taken ? 0 : 1;
        }
        open--;
        limiter.answered(taken ? ConcurrencyLimiter.NONE : evidence, lookup.number);
        if (taken) {
            gate.ended();
            left--;
            lastAnswer = now;
        } else {
            long first = lookup.attempt == 1 && evidence == ConcurrencyLimiter.TOO_MANY ? 250 : 1000;
            long pause = (first << (lookup.attempt - 1)) * MS;
            after(pause * 3 / 4 + random.nextLong(pause / 2), () -> {
                lookups.add(lookup.again());
                work();
            });
        }
        work();
        after(MS, () -> {
            busy--;
            work();
        });
    }

    /** Lookups a second, from the first call to the last answer. */
    double perSecond() {
        return served * 1e9 / (lastAnswer - Math.max(firstCall, counting));
    }

    double refused() {
        return refused / (double) (served + refused);
    }

    List<String> said() {
        return said;
    }
}
