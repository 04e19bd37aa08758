package no.delingsruter.simulator.count;

/** How often each of many 64-bit hashes was seen: 12 bytes a place, open addressing. Thread safe. */
final class LongCounts {
    private long[] keys = new long[1024];
    private int[] counts = new int[1024];
    private int distinct;
    private long total;
    private int highest;

    /** @return how often it has been seen, this time included */
    synchronized int add(long hash) {
        if (distinct > keys.length / 2 + keys.length / 8) {
            grow();
        }
        int i = place(keys, counts, hash);
        if (counts[i] == 0) {
            keys[i] = hash;
            distinct++;
        }
        total++;
        highest = Math.max(highest, ++counts[i]);
        return counts[i];
    }

    synchronized int count(long hash) {
        return counts[place(keys, counts, hash)];
    }

    private static int place(long[] keys, int[] counts, long hash) {
        int mask = keys.length - 1;
        int i = (int) (hash ^ hash >>> 32) & mask;
        while (counts[i] != 0 && keys[i] != hash) {
            i = i + 1 & mask;
        }
        return i;
    }

    private void grow() {
        long[] moreKeys = new long[keys.length * 2];
        int[] moreCounts = new int[keys.length * 2];
        for (int i = 0; i < keys.length; i++) {
            if (counts[i] != 0) {
                int to = place(moreKeys, moreCounts, keys[i]);
                moreKeys[to] = keys[i];
                moreCounts[to] = counts[i];
            }
        }
        keys = moreKeys;
        counts = moreCounts;
    }

    synchronized int distinct() {
        return distinct;
    }

    synchronized long total() {
        return total;
    }

    synchronized int highest() {
        return highest;
    }

    synchronized void clear() {
        keys = new long[1024];
        counts = new int[1024];
        distinct = 0;
        total = 0;
        highest = 0;
    }
}
