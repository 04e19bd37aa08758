package no.delingsruter.simulator.count;

import java.util.ArrayList;
import java.util.List;

/** The last changes of the numbers in flight, for a picture: 16 bytes each. Not thread safe: the counters lock. */
final class InFlightTrace {
    private static final int LIMIT = 1 << 20;

    private long[] times;
    private int[] groups;
    private int[] levels;
    private long next;

    boolean isOn() {
        return times != null;
    }

    void on(boolean on) {
        times = on ? new long[LIMIT] : null;
        groups = on ? new int[LIMIT] : null;
        levels = on ? new int[LIMIT] : null;
        next = 0;
    }

    void add(int group, int level) {
        int i = (int) (next++ & LIMIT - 1);
        times[i] = System.nanoTime();
        groups[i] = group;
        levels[i] = level;
    }

    /**
     * Oldest first.
     *
     * @param start nanoTime that counts as 0
     */
    List<Stats.Change> changes(long start, List<GroupCount> all) {
        List<Stats.Change> changes = new ArrayList<>();
        for (long n = Math.max(0, next - LIMIT); isOn() && n < next; n++) {
            int i = (int) (n & LIMIT - 1);
            GroupCount g = all.get(groups[i]);
            changes.add(new Stats.Change((times[i] - start) / 1000, g.group, g.organisation, levels[i]));
        }
        return changes;
    }
}
