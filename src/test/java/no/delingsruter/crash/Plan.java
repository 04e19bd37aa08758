package no.delingsruter.crash;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What is done under one seed; the same seed does the same.
 *
 * @param corrections how many keys get another event after the first kill
 * @param parking     whether events are parked until the first kill, and then replayed
 */
record Plan(
        long seed,
        Sink sink,
        int events,
        int pageSize,
        double gaps,
        int latencyMs,
        int corrections,
        boolean parking,
        List<Kill> kills) {
    private static final int MOST_HITS = 40;

    /** One kill: at a point's n-th hit, or so many milliseconds after the start or after the first lookup. */
    record Kill(String point, int hit, long afterStartMs, long afterLookupMs) {
        boolean atPoint() {
            return point != null;
        }

        @Override
        public String toString() {
            return atPoint()
                    ? point + ", hit " + hit
                    : afterStartMs >= 0
                            ? afterStartMs + " ms after the start"
                            : afterLookupMs + " ms after the first lookup";
        }
    }

    /** @param points crash points and how often an undisturbed run of {@code measured} events reaches each */
    static Plan of(long seed, Map<String, Integer> points, int measured) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L);
        Sink sink = List.of(Sink.values()).get((int) Math.floorMod(seed, (long) Sink.values().length));
        int events = random.nextInt(80, 140);
        int pageSize = random.nextInt(15, 60);
        int latency = random.nextInt(1, 8);
        TreeMap<String, Integer> possible = new TreeMap<>(points);
        possible.keySet().removeIf(point -> !sink.passes(point));
        List<String> names = List.copyOf(possible.keySet());
        List<Kill> kills = new ArrayList<>();
        int count = random.nextInt(1, 3);
        for (int i = 0; i < count; i++) {
            int kind = random.nextInt(10);
            if (kind < 6 && !names.isEmpty()) {
                String point = names.get(random.nextInt(names.size()));
                int share = Math.max(1, Math.min(MOST_HITS, possible.get(point) * events / measured / (2 * (i + 1))));
                kills.add(new Kill(point, 1 + random.nextInt(share), -1, -1));
            } else if (kind == 6) {
                kills.add(new Kill(null, 0, random.nextInt(50, 2_500), -1));
            } else {
                kills.add(new Kill(null, 0, -1, random.nextInt(0, Math.max(2, events * latency / 5))));
            }
        }
        int corrections = random.nextInt(2) == 0 ? 0 : random.nextInt(5, 25);
        double gaps = random.nextInt(3) * 0.15;
        boolean parking = corrections > 0 && random.nextBoolean();
        List<String> replays =
                names.stream().filter(point -> point.contains("parked")).toList();
        if (parking && !replays.isEmpty()) {
            kills.add(new Kill(replays.get(random.nextInt(replays.size())), 1, -1, -1));
        }
        List<String> groups = groups(names);
        if (sink.isDatabase() && !groups.isEmpty()) {
            // While there is much to do
            kills.add(0, new Kill(groups.get(random.nextInt(groups.size())), 1, -1, -1));
        }
        return new Plan(seed, sink, events, pageSize, gaps, latency, corrections, parking, kills);
    }

    /** Before, inside and after the transaction of several results. */
    static List<String> groups(Collection<String> points) {
        return points.stream()
                .filter(point -> point.contains("result together"))
                .toList();
    }

    @Override
    public String toString() {
        return "seed " + seed + ", " + sink + ", " + events + " events in pages of " + pageSize + ", " + corrections
                + " corrections, " + (parking ? "parked events replayed, " : "") + "lookups of " + latencyMs
                + " ms, kills: " + kills;
    }
}
