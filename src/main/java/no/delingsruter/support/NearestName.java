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
                        Math.abs(candidate.length() - name.length()) <= most && distance(name, candidate) <= most)
                .min(Comparator.comparingInt((String candidate) -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static int distance(String a, String b) {
        int[][] of = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    of[i][j] = i + j;
                    continue;
                }
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                of[i][j] = Math.min(Math.min(of[i - 1][j], of[i][j - 1]) + 1, of[i - 1][j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    of[i][j] = Math.min(of[i][j], of[i - 2][j - 2] + 1);
                }
            }
        }
        return of[a.length()][b.length()];
    }
}
