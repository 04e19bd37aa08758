package no.delingsruter.simulator.data;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The keys of a list. A key that can be computed from its number has no entry but a place in two arrays (number ≥ 0); one that was published
 * by name has an entry (number below 0). Not thread safe: the list that owns it locks.
 */
final class KeyTable {
    private static final class Row {
        int[] last = new int[0];
        int[] count = new int[0];
        final BitSet shielded = new BitSet();
        final BitSet unknown = new BitSet();

        void grow(int size) {
            if (size > last.length) {
                int from = last.length;
                int to = Math.max(size, from < 1024 ? size + 16 : from + from / 2);
                last = Arrays.copyOf(last, to);
                Arrays.fill(last, from, to, -1);
                count = Arrays.copyOf(count, to);
            }
        }
    }

    private final Identifikator kind;
    private Perioder perioder;
    private int periods = 1;
    private int computed;
    private final Row byNumber = new Row();
    private final Row byName = new Row();
    private final Map<String, TreeMap<String, Integer>> names = new HashMap<>();
    private String[] nameId = new String[16];
    private String[] namePeriode = new String[16];
    private int named;

    KeyTable(Identifikator kind, Perioder perioder) {
        this.kind = kind;
        this.perioder = perioder;
    }

    /** Makes the first {@code keys} computed keys known; how they are computed is settled by the first call. */
    void compute(int keys, int periodsEach, Perioder from) {
        if (computed == 0) {
            periods = periodsEach;
            perioder = from;
        }
        computed = Math.max(computed, keys);
        byNumber.grow(computed);
    }

    int computed() {
        return computed;
    }

    String identifikator(int key) {
        return key < 0 ? nameId[-1 - key] : kind.text(key / periods);
    }

    String periode(int key) {
        return key < 0 ? namePeriode[-1 - key] : perioder.text(key % periods);
    }

    /** The key's number, or {@link Integer#MIN_VALUE}. */
    int find(String identifikator, String periode) {
        if (!names.isEmpty()) {
            TreeMap<String, Integer> periodes = names.get(identifikator);
            Integer key = periodes == null ? null : periodes.get(periode == null ? "" : periode);
            if (key != null) {
                return key;
            }
        }
        int index = kind.index(identifikator);
        int period = perioder.index(periode);
        if (index < 0 || period < 0 || period >= periods || (long) index * periods + period >= computed) {
            return Integer.MIN_VALUE;
        }
        return index * periods + period;
    }

    /** The computed key of this number, or the named one that stands for the same thing. */
    int same(int number) {
        return names.isEmpty() ? number : find(identifikator(number), periode(number));
    }

    int add(String identifikator, String periode) {
        if (named == nameId.length) {
            nameId = Arrays.copyOf(nameId, named * 2);
            namePeriode = Arrays.copyOf(namePeriode, named * 2);
        }
        nameId[named] = identifikator;
        namePeriode[named] = periode;
        byName.grow(named + 1);
        names.computeIfAbsent(identifikator, id -> new TreeMap<>()).put(periode == null ? "" : periode, -1 - named);
        return -1 - named++;
    }

    /** Every key of one identifikator. */
    int[] all(String identifikator) {
        int index = kind.index(identifikator);
        long first = (long) index * periods;
        int generated = index < 0 || first >= computed ? 0 : (int) Math.min(periods, computed - first);
        TreeMap<String, Integer> periodes = names.getOrDefault(identifikator, new TreeMap<>());
        int[] keys = new int[generated + periodes.size()];
        for (int i = 0; i < generated; i++) {
            keys[i] = (int) first + i;
        }
        int i = generated;
        for (int key : periodes.values()) {
            keys[i++] = key;
        }
        return keys;
    }

    private Row row(int key) {
        return key < 0 ? byName : byNumber;
    }

    private static int place(int key) {
        return key < 0 ? -1 - key : key;
    }

    int last(int key) {
        return row(key).last[place(key)];
    }

    int count(int key) {
        return row(key).count[place(key)];
    }

    void event(int key, int ordinal) {
        row(key).last[place(key)] = ordinal;
        row(key).count[place(key)]++;
    }

    BitSet shielded(int key) {
        return row(key).shielded;
    }

    BitSet unknown(int key) {
        return row(key).unknown;
    }

    boolean isShielded(int key) {
        return shielded(key).get(place(key));
    }

    boolean isUnknown(int key) {
        return unknown(key).get(place(key));
    }

    void shield(int key, boolean on) {
        shielded(key).set(place(key), on);
    }

    void hide(int key, boolean on) {
        unknown(key).set(place(key), on);
    }
}
