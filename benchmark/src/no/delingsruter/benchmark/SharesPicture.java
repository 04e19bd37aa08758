package no.delingsruter.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** What is left of the speed over the share of lookups that are answered with 503 once. */
final class SharesPicture {
    private static final int LEFT = 60;
    private static final int WIDTH = 480;
    private static final int TOP = 20;
    private static final int HEIGHT = 200;
    private static final double MOST = 0.30;

    private SharesPicture() {}

    /** @param used of the undisturbed speed, by share */
    static void write(Lab lab, Map<Double, Double> used) throws IOException {
        StringBuilder svg = new StringBuilder(String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" width="%1$d" height="%2$d" font-family="sans-serif" font-size="12">
                <title>Speed over the share of single 503s</title>
                <rect width="%1$d" height="%2$d" fill="#ffffff"/>
                """, LEFT + WIDTH + 40, TOP + HEIGHT + 60));
        for (double level = 0; level <= 1; level += 0.25) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#bbbbbb\"/>%n",
                    LEFT,
                    LEFT + WIDTH,
                    y(level),
                    y(level)));
            svg.append(text(LEFT - 8, y(level) + 4, "end", String.format(Locale.ROOT, "%.2f", level)));
        }
        // What would be left if each 503 cost itself alone
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#9db4c0\" stroke-dasharray=\"4 3\"/>%n",
                x(0),
                x(MOST),
                y(1),
                y(1 - MOST)));
        StringBuilder points = new StringBuilder();
        used.forEach((share, of) -> {
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(share), y(of)));
            svg.append(String.format(
                    Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"#2a6f97\"/>%n", x(share), y(of)));
            svg.append(text(x(share), TOP + HEIGHT + 18, "middle", String.format(Locale.ROOT, "%.0f %%", share * 100)));
        });
        svg.append("<polyline fill=\"none\" stroke=\"#2a6f97\" stroke-width=\"2\" points=\"")
                .append(points)
                .append("\"/>\n");
        svg.append(text(
                LEFT,
                TOP + HEIGHT + 44,
                "start",
                "Lookups/s that succeed, of those without faults, over the share of single 503s; dashed: 1 − share."));
        svg.append("</svg>\n");
        Files.writeString(
                Path.of(lab.sizes() == Sizes.FULL ? "benchmark/share-of-503.svg" : "target/benchmark/share-of-503.svg"),
                svg);
    }

    private static double x(double share) {
        return LEFT + share * WIDTH / MOST;
    }

    private static double y(double of) {
        return TOP + HEIGHT - Math.min(1.05, of) * HEIGHT;
    }

    private static String text(double x, double y, String anchor, String what) {
        return String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#222222\">%s</text>%n",
                x,
                y,
                anchor,
                what);
    }
}
