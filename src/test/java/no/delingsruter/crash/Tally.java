package no.delingsruter.crash;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The figures of all seeds. */
final class Tally {
    private final List<Seed> seeds = new ArrayList<>();

    /** The figures of one seed. */
    static final class Seed {
        private final Plan plan;
        private final List<String> hows = new ArrayList<>();
        private final Set<String> points = new TreeSet<>();
        /** Lookups made for nothing, by kill, where they can be told exactly. */
        private final List<Integer> wasted = new ArrayList<>();

        long lookups;
        int events;
        int repeatedDeliveries;
        int replayed;

        Seed(Plan plan) {
            this.plan = plan;
        }

        void killed(Plan.Kill kill, String how) {
            hows.add(how);
            if (how.equals("at a point")) {
                points.add(kill.point());
            }
        }

        /** What the last kill has cost, as seen in the life after it. */
        void wasted(int lookupsForNothing) {
            if (!hows.get(hows.size() - 1).equals("idle")) {
                wasted.add(lookupsForNothing);
            }
        }

        int kills() {
            return hows.size();
        }
    }

    synchronized void add(Seed seed) {
        seeds.add(seed);
    }

    long kills() {
        return seeds.stream().mapToLong(Seed::kills).sum();
    }

    long kills(String how) {
        return seeds.stream()
                .flatMap(seed -> seed.hows.stream())
                .filter(how::equals)
                .count();
    }

    long kills(Sink sink) {
        return seeds.stream()
                .filter(seed -> seed.plan.sink() == sink)
                .mapToLong(Seed::kills)
                .sum();
    }

    long events() {
        return seeds.stream().mapToLong(seed -> seed.events).sum();
    }

    long replayed() {
        return seeds.stream().mapToLong(seed -> seed.replayed).sum();
    }

    long lookups() {
        return seeds.stream().mapToLong(seed -> seed.lookups).sum();
    }

    Set<String> points() {
        Set<String> all = new TreeSet<>();
        seeds.forEach(seed -> all.addAll(seed.points));
        return all;
    }

    /**
     * Seeds whose kills have together cost more than so many lookups each. A call that was open when one came may be made again only after
     * the next, and then seems to be the next one's.
     */
    String overspent(int perKill) {
        return seeds.stream()
                .filter(seed -> {
                    int left = 0;
                    for (int wasted : seed.wasted) {
                        left += perKill - wasted;
                        if (left < 0) {
                            return true;
                        }
                    }
                    return false;
                })
                .map(seed -> seed.plan + " " + seed.hows + " " + seed.wasted)
                .collect(Collectors.joining("; "));
    }

    /** Those with the most expensive kill. */
    private String worst() {
        int most = mostWasted();
        return seeds.stream()
                .filter(seed -> seed.wasted.contains(most))
                .map(seed -> seed.plan + " " + seed.hows + " " + seed.wasted)
                .limit(3)
                .collect(Collectors.joining("; "));
    }

    private List<Integer> wasted() {
        return seeds.stream().flatMap(seed -> seed.wasted.stream()).toList();
    }

    double wastedPerKill() {
        return wasted().stream().mapToInt(Integer::intValue).average().orElse(0);
    }

    int mostWasted() {
        return wasted().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    @Override
    public synchronized String toString() {
        Map<Sink, Long> bySink = new EnumMap<>(Sink.class);
        Map<Sink, Long> repeated = new EnumMap<>(Sink.class);
        for (Sink sink : Sink.values()) {
            bySink.put(sink, kills(sink));
            repeated.put(
                    sink,
                    seeds.stream()
                            .filter(seed -> seed.plan.sink() == sink)
                            .mapToLong(seed -> seed.repeatedDeliveries)
                            .sum());
        }
        Map<Integer, Integer> histogram = new TreeMap<>();
        wasted().forEach(count -> histogram.merge(count, 1, Integer::sum));
        return String.format(
                Locale.ROOT,
                "%d seeds, %d kills (%d at a named point, %d at a random time, %d idle), by sink %s%n"
                        + "%d events, %d lookups, %d parked events replayed; 0 lost, 0 double%n"
                        + "repeated lookups per kill: %.2f on average, %d at most; how many kills cost how many: %s; most: %s%n"
                        + "repeated deliveries, all with their idempotencyKey: %s%n%d different points hit: %s",
                seeds.size(),
                kills(),
                kills("at a point"),
                kills("at a time"),
                kills("idle"),
                bySink,
                events(),
                lookups(),
                replayed(),
                wastedPerKill(),
                mostWasted(),
                histogram,
                worst(),
                repeated,
                points().size(),
                points());
    }
}
