package no.delingsruter.simulator.data;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import no.delingsruter.simulator.catalogue.ListApi;

/**
 * One event list and the state of its keys: about 25 bytes per event and 8 per key. Events are never changed or removed. Thread safe.
 */
public final class EventLog {
    private static final long FIRST_TIME = 1_704_103_200_000L; // 2024-01-01T10:00:00Z
    private static final int NONE = Integer.MIN_VALUE;

    private final ListApi api;
    private final Identifikator kind;
    private final KeyTable keys;
    private long[] numbers = new long[0];
    private long[] times = new long[0];
    private int[] keyOf = new int[0];
    private int[] previous = new int[0];
    private byte[] types = new byte[0];
    private int size;
    private final Map<String, String> changed = new HashMap<>(); // identifikator -> who answers now
    private final Map<String, String> changedFrom = new HashMap<>();

    public EventLog(ListApi api) {
        this.api = api;
        kind = Identifikator.valueOf(api.key().toUpperCase(Locale.ROOT));
        keys = new KeyTable(kind, new Perioder(api.period(), null));
    }

    public ListApi api() {
        return api;
    }

    public Identifikator kind() {
        return kind;
    }

    /** Adds events after those already there. */
    public synchronized void generate(Generation g) {
        boolean keyPerEvent = kind == Identifikator.HENDELSE;
        int firstKey = keyPerEvent ? keys.computed() : 0;
        int count = keyPerEvent ? firstKey + g.events() : g.keys();
        keys.compute(count, g.periods(), new Perioder(api.period(), g.firstPeriod()));
        reserve(size + g.events());
        for (int k = firstKey; k < count; k++) {
            int key = keys.same(k);
            if (Mix.share(Mix.hash(k, g.seed() + 101)) < g.shielded()) {
                keys.shield(key, true);
            }
            if (Mix.share(Mix.hash(k, g.seed() + 102)) < g.unknown()) {
                keys.hide(key, true);
            }
        }
        SplittableRandom random = new SplittableRandom(g.seed());
        long number = Math.max(before(), g.start() - 1);
        for (int i = 0; i < g.events(); i++) {
            number += g.gaps() > 0 && random.nextDouble() < g.gaps() ? 1 + random.nextInt(1, 10) : 1;
            // the first round gives every key its first event, in order; after that they repeat at random
            int k = keyPerEvent ? firstKey + i : i < count ? i : random.nextInt(count);
            double lot = random.nextDouble();
            Hendelsetype type = lot < g.deleted()
                    ? Hendelsetype.SLETTET
                    : lot < g.deleted() + g.identities() ? Hendelsetype.IDENTITETSENDRING : null;
            // neighbours are out of order by up to an hour, as they are at Skatteetaten
            long time = FIRST_TIME + i * 1000L + random.nextInt(3_600_000);
            append(keys.same(k), number, type, time, null);
        }
    }

    /** @return the sekvensnummer it got */
    public synchronized long publish(Hendelse h) {
        int key;
        if (h.identifikator() == null) {
            int next = keys.computed();
            keys.compute(next + 1, 1, new Perioder(api.period(), null));
            key = keys.same(next);
        } else {
            if (!h.identifikator().matches("[0-9A-Za-z-]{1,64}")) {
                throw new IllegalArgumentException("An identifikator is letters, digits and hyphens");
            }
            key = keys.find(h.identifikator(), h.gjelderPeriode());
            if (key == NONE) {
                key = keys.add(h.identifikator(), h.gjelderPeriode());
            }
        }
        long number = h.sekvensnummer() == 0 ? before() + 1 : h.sekvensnummer();
        if (number <= before()) {
            throw new IllegalArgumentException("sekvensnummer " + number + " is not above " + before());
        }
        reserve(size + 1);
        append(
                key,
                number,
                h.type(),
                h.registrert() == 0 ? System.currentTimeMillis() : h.registrert(),
                h.nyIdentifikator());
        return number;
    }

    @SuppressWarnings("EnumOrdinal") // a byte an event; never kept longer than the process
    private void append(int key, long number, Hendelsetype type, long time, String newId) {
        int before = keys.last(key);
        Hendelsetype what = type != null
                ? type
                : before < 0 || type(before) == Hendelsetype.SLETTET ? Hendelsetype.NY : Hendelsetype.ENDRET;
        if (what == Hendelsetype.IDENTITETSENDRING) {
            String id = keys.identifikator(key);
            String other = newId != null ? newId : kind.other(id);
            changed.put(id, other);
            changedFrom.put(other, id);
        }
        numbers[size] = number;
        // the events of one key are in the order of time, so that gjelderPaaTidspunkt has one answer
        times[size] = before < 0 ? time : Math.max(time, times[before] + 1);
        keyOf[size] = key;
        previous[size] = before;
        types[size] = (byte) what.ordinal();
        keys.event(key, size);
        size++;
    }

    private void reserve(int wanted) {
        if (wanted > numbers.length) {
            int to = wanted > size + 1 ? wanted : Math.max(64, size + size / 2);
            numbers = Arrays.copyOf(numbers, to);
            times = Arrays.copyOf(times, to);
            keyOf = Arrays.copyOf(keyOf, to);
            previous = Arrays.copyOf(previous, to);
            types = Arrays.copyOf(types, to);
        }
    }

    /** Sets whether lookups of a key are shielded. */
    public synchronized void shield(String identifikator, String periode, boolean on) {
        keys.shield(findOrAdd(identifikator, periode), on);
    }

    /** Sets whether lookups of a key find nothing. */
    public synchronized void hide(String identifikator, String periode, boolean on) {
        keys.hide(findOrAdd(identifikator, periode), on);
    }

    private int findOrAdd(String identifikator, String periode) {
        int key = keys.find(identifikator, periode);
        return key == NONE ? keys.add(identifikator, periode) : key;
    }

    /**
     * The state of a key.
     *
     * @param periode null where the API asks without one: then all periods together
     * @param asOf    milliseconds since 1970; Long.MAX_VALUE for now
     * @return null when nothing had been published for the key then
     */
    public synchronized KeyState state(String identifikator, String periode, long asOf) {
        String id = identifikator;
        int[] found;
        int key = keys.find(id, periode);
        if (key == NONE && changedFrom.containsKey(id)) {
            id = changedFrom.get(id);
            key = keys.find(id, periode);
        }
        found = key != NONE ? new int[] {key} : periode == null ? keys.all(id) : new int[0];
        int version = 0;
        int newest = -1;
        boolean shielded = false;
        boolean unknown = false;
        for (int k : found) {
            int ordinal = keys.last(k);
            int count = keys.count(k);
            while (ordinal >= 0 && times[ordinal] > asOf) {
                ordinal = previous[ordinal];
                count--;
            }
            version += count;
            newest = Math.max(newest, ordinal);
            shielded |= keys.isShielded(k);
            unknown |= keys.isUnknown(k);
        }
        return newest < 0 ? null : at(newest, version, shielded, unknown);
    }

    /** The state of an event's key right after the event. */
    public synchronized KeyState stateAfter(int ordinal) {
        int version = 0;
        for (int o = ordinal; o >= 0; o = previous[o]) {
            version++;
        }
        int key = keyOf[ordinal];
        return at(ordinal, version, keys.isShielded(key), keys.isUnknown(key));
    }

    private KeyState at(int ordinal, int version, boolean shielded, boolean unknown) {
        String id = keys.identifikator(keyOf[ordinal]);
        return new KeyState(changed.getOrDefault(id, id), version, shielded, unknown, event(ordinal));
    }

    /** Whether anything has been published for this identifikator, in any period. */
    public synchronized boolean knows(String identifikator) {
        for (int key : keys.all(changedFrom.getOrDefault(identifikator, identifikator))) {
            if (keys.count(key) > 0) {
                return true;
            }
        }
        return false;
    }

    /** The place of the first event with this number or a higher one; the size when there is none. */
    public synchronized int from(long sekvensnummer) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (numbers[middle] < sekvensnummer) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The number of the first event, in the list's order, registered at this time or later; 0 when there is none. */
    public synchronized long firstSince(long time) {
        for (int i = 0; i < size; i++) {
            if (times[i] >= time) {
                return numbers[i];
            }
        }
        return 0;
    }

    /** One event, by its place in the list from 0. */
    public synchronized EventView event(int ordinal) {
        int key = keyOf[ordinal];
        return new EventView(
                ordinal, numbers[ordinal], keys.identifikator(key), keys.periode(key), type(ordinal), times[ordinal]);
    }

    private Hendelsetype type(int ordinal) {
        return Hendelsetype.of(types[ordinal]);
    }

    /** The key that generated events use as number {@code index}; it need not have been published. */
    public synchronized Hendelse key(int index) {
        return Hendelse.of(keys.identifikator(index), keys.periode(index));
    }

    public synchronized int size() {
        return size;
    }

    /** Whether the event is the newest of its key. */
    public synchronized boolean isNewest(int ordinal) {
        return keys.last(keyOf[ordinal]) == ordinal;
    }

    /** The number that the next one is above. */
    private long before() {
        return size == 0 ? api.first() - 1 : numbers[size - 1];
    }

    /** The highest sekvensnummer, 0 for an empty list. */
    public synchronized long lastNumber() {
        return size == 0 ? 0 : numbers[size - 1];
    }

    /** The lowest sekvensnummer, 0 for an empty list. */
    public synchronized long firstNumber() {
        return size == 0 ? 0 : numbers[0];
    }
}
