package no.delingsruter.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Calls in flight over time, drawn from the simulator's recorded changes. */
final class Picture {
    private static final List<Contender> DRAWN = List.of(Contender.BARE, Contender.NAIVE_CAMEL, Contender.OURS_H2);
    private static final double SECONDS = 30;
    private static final double STEP = 0.25;
    private static final int WIDTH = 760;
    private static final int LEFT = 60;
    private static final int HEIGHT = 90;
    private static final int GAP = 46;

    private Picture() {}

    static void write(Lab lab, Map<Contender, Race.Result> results) throws IOException, InterruptedException {
        JsonNode changes = lab.simulator().changes();
        long start = Long.MAX_VALUE;
        for (JsonNode change : changes) {
            start = Math.min(start, change.path("atMicros").asLong());
        }
        int height = DRAWN.size() * (HEIGHT + GAP) + 40;
        StringBuilder svg = new StringBuilder(String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" font-family="sans-serif" font-size="12">
                <title>Calls in flight over time</title>
                <rect width="%1$d" height="%2$d" fill="#ffffff"/>
                """, WIDTH + LEFT + 20, height));
        int top = 30;
        for (Contender contender : DRAWN) {
            double[] levels = levels(changes, contender.organisation(), start);
            svg.append(text(
                    LEFT,
                    top - 8,
                    "start",
                    contender.label().split("[:,]")[0]
                            + String.format(
                                    Locale.ROOT,
                                    ": %.1f lookups/s",
                                    results.get(contender).lookupRate())));
            for (int level = 0; level <= 5; level += 5) {
                double y = top + HEIGHT - level * HEIGHT / 5.0;
                svg.append(String.format(
                        Locale.ROOT,
                        "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#bbbbbb\"/>%n",
                        LEFT,
                        LEFT + WIDTH,
                        y,
                        y));
                svg.append(text(LEFT - 8, (int) y + 4, "end", Integer.toString(level)));
            }
            StringBuilder points = new StringBuilder(LEFT + "," + (top + HEIGHT));
            for (int i = 0; i < levels.length; i++) {
                double y = top + HEIGHT - levels[i] * HEIGHT / 5.0;
                points.append(String.format(Locale.ROOT, " %.1f,%.1f %.1f,%.1f", x(i * STEP), y, x((i + 1) * STEP), y));
            }
            points.append(String.format(Locale.ROOT, " %.1f,%d", x(levels.length * STEP), top + HEIGHT));
            svg.append("<polygon fill=\"")
                    .append(contender == Contender.OURS_H2 ? "#2a6f97" : "#9db4c0")
                    .append("\" points=\"")
                    .append(points)
                    .append("\"/>\n");
            top += HEIGHT + GAP;
        }
        for (int second = 0; second <= SECONDS; second += 5) {
            svg.append(text((int) x(second), top - GAP + 16, "middle", second + " s"));
        }
        svg.append(text(
                LEFT,
                top,
                "start",
                "Calls in flight at the simulator, mean over " + STEP
                        + " s; five are allowed; lookups take 50 ms on average, exponentially distributed."));
        svg.append("</svg>\n");
        Path file = Path.of(lab.sizes() == Sizes.FULL ? "benchmark/in-flight.svg" : "target/benchmark/in-flight.svg");
        Files.writeString(file, svg);
    }

    private static double x(double second) {
        return LEFT + second * WIDTH / SECONDS;
    }

    private static String text(int x, int y, String anchor, String what) {
        return "<text x=\"" + x + "\" y=\"" + y + "\" text-anchor=\"" + anchor + "\" fill=\"#222222\">" + what
                + "</text>\n";
    }

    /** Mean level of each step. */
    private static double[] levels(JsonNode changes, String organisation, long start) {
        double[] area = new double[(int) (SECONDS / STEP)];
        double at = 0;
        int level = 0;
        for (JsonNode change : changes) {
            if (change.path("organisation").asText().equals(organisation)) {
                double now = Math.min(SECONDS, (change.path("atMicros").asLong() - start) / 1e6);
                add(area, at, now, level);
                at = now;
                level = change.path("inFlight").asInt();
            }
        }
        for (int i = 0; i < area.length; i++) {
            area[i] /= STEP;
        }
        return area;
    }

    private static void add(double[] area, double from, double to, int level) {
        for (int i = (int) (from / STEP); i < area.length && i * STEP < to; i++) {
            area[i] += level * (Math.min(to, (i + 1) * STEP) - Math.max(from, i * STEP));
        }
    }
}
