package no.delingsruter.support;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known name that a misspelt one was meant to be. */
public final class NearestName {
    private static final int FARTHEST = 3;

    private NearestName() {}

    /** @return empty when none differs in at most three letters */
    public static Optional<String> of(String name, Collection<String> known) {
        return of(name, known, FARTHEST);
    }

    /** @return empty when none differs in at most {@code most} letters; two that have changed places are one */
    public static Optional<String> of(String name, Collection<String> known, int most) {
        return known.stream()
                .filter(candidate ->
                        Math.abs(candidate.length() - name.length()) <= most && distance(name, candidate, most) <= most)
                .min(Comparator.comparingInt((String candidate) -> distance(name, candidate, most))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** @return at most one more than {@code most}: how far apart others are is nothing that anybody asks */
    private static int distance(String a, String b, int most) {
        int same = 0;
        while (same < a.length() && same < b.length() && a.charAt(same) == b.charAt(same)) {
            same++;
        }
        String x = a.substring(same);
        String y = b.substring(same);
        if (x.isEmpty() || y.isEmpty()) {
            return Math.min(x.length() + y.length(), most + 1);
        }
        if (most == 0) {
            return 1;
        }
        int rest = Math.min(
                distance(x.substring(1), y.substring(1), most - 1),
                Math.min(distance(x.substring(1), y, most - 1), distance(x, y.substring(1), most - 1)));
        if (x.length() > 1 && y.length() > 1 && x.charAt(0) == y.charAt(1) && x.charAt(1) == y.charAt(0)) {
            rest = Math.min(rest, distance(x.substring(2), y.substring(2), most - 1));
        }
        return 1 + rest;
    }
}
