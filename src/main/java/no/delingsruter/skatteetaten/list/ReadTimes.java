package no.delingsruter.skatteetaten.list;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Until which number a list had been read when, for some twenty moments of a time. Never changed. Milliseconds since 1970; a moment may
 * be said up to a twentieth of the time too late, never too early.
 */
@SuppressWarnings("NonApiType") // sorted
final class ReadTimes {
    static final ReadTimes NONE = new ReadTimes(new TreeMap<>());
    private static final int MOMENTS = 20;
    private static final int RADIX = 36;
    private final TreeMap<Long, Long> numbers;

    private ReadTimes(TreeMap<Long, Long> numbers) {
        this.numbers = numbers;
    }

    boolean isEmpty() {
        return numbers.isEmpty();
    }

    /** @param time of which the moments are remembered */
    ReadTimes with(long number, long now, long time) {
        long step = Math.max(1, time / MOMENTS);
        TreeMap<Long, Long> more = new TreeMap<>(numbers);
        more.merge((now / step + 1) * step, number, Math::max);
        return new ReadTimes(more);
    }

    /** Those after a moment. */
    ReadTimes after(long moment) {
        return new ReadTimes(new TreeMap<>(numbers.tailMap(moment, false)));
    }

    /** The last number that had been read at a moment, or {@code none}. */
    long until(long moment, long none) {
        Map.Entry<Long, Long> at = numbers.floorEntry(moment);
        return at == null ? none : at.getValue();
    }

    /** Parts with a space before each. */
    String text() {
        return numbers.entrySet().stream()
                .map(each -> " @" + Long.toString(each.getKey(), RADIX) + "," + Long.toString(each.getValue(), RADIX))
                .collect(Collectors.joining());
    }

    static boolean isPart(String part) {
        return part.startsWith("@");
    }

    /** @throws NumberFormatException when a part is none of {@link #text} */
    ReadTimes with(String part) {
        String[] values = part.substring(1).split(",", 2);
        TreeMap<Long, Long> more = new TreeMap<>(numbers);
        more.put(Long.parseLong(values[0], RADIX), Long.parseLong(values[values.length - 1], RADIX));
        return new ReadTimes(more);
    }
}
