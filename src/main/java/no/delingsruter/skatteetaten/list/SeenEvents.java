package no.delingsruter.skatteetaten.list;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which events were read, from some number on: so that one that turns up later with a lower number, or with a number that was read,
 * is told from those that were read. Never changed. Its text is kept with the checkpoint and names nobody.
 */
@SuppressWarnings("NonApiType") // sorted, and asked by its first number
final class SeenEvents {
    private static final int RADIX = 36;
    private final long from;
    private final TreeMap<Long, Set<Integer>> hashes;
    private final ReadTimes times;

    private SeenEvents(long from, TreeMap<Long, Set<Integer>> hashes, ReadTimes times) {
        this.from = from;
        this.hashes = hashes;
        this.times = times;
    }

    /** Nothing was read from {@code number} on. */
    static SeenEvents none(long number) {
        return new SeenEvents(number, new TreeMap<>(), ReadTimes.NONE);
    }

    /** @param text null, or what {@link #text} has given for another checkpoint than {@code last}: then nothing is known of what was read */
    static SeenEvents of(String text, long last) {
        try {
            return read(text, last);
        } catch (NumberFormatException e) {
            return none(last + 1);
        }
    }

    private static SeenEvents read(String text, long last) {
        TreeMap<Long, Set<Integer>> hashes = new TreeMap<>();
        String[] parts = text == null ? new String[0] : text.split(" ");
        if (parts.length < 2 || Long.parseLong(parts[0], RADIX) != last) {
            return none(last + 1);
        }
        long number = Long.parseLong(parts[1], RADIX);
        long from = number;
        ReadTimes times = ReadTimes.NONE;
        for (String part : Arrays.asList(parts).subList(2, parts.length)) {
            if (ReadTimes.isPart(part)) {
                times = times.with(part);
                continue;
            }
            String[] values = part.split(",");
            number += Long.parseLong(values[0], RADIX);
            hashes.put(
                    number,
                    Arrays.stream(values)
                            .skip(1)
                            .map(value -> Integer.parseUnsignedInt(value, RADIX))
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
        return new SeenEvents(from, hashes, times);
    }

    /** @param last the checkpoint */
    String text(long last) {
        StringBuilder text = new StringBuilder()
                .append(Long.toString(last, RADIX))
                .append(' ')
                .append(Long.toString(from, RADIX));
        long before = from;
        for (var each : hashes.entrySet()) {
            text.append(' ').append(Long.toString(each.getKey() - before, RADIX));
            each.getValue().forEach(hash -> text.append(',').append(Integer.toUnsignedString(hash, RADIX)));
            before = each.getKey();
        }
        return text.append(times.text()).toString();
    }

    /** Nothing is known of lower numbers. */
    long from() {
        return from;
    }

    /** How many numbers are known. */
    int size() {
        return hashes.size();
    }

    /** Until which of the numbers was read when; none where that is of no account. */
    ReadTimes times() {
        return times;
    }

    /** The same, with other times. */
    SeenEvents at(ReadTimes when) {
        return new SeenEvents(from, hashes, when);
    }

    /** Of these the highest numbers, at most so many. */
    SeenEvents most(int numbers) {
        if (hashes.size() <= numbers) {
            return this;
        }
        long lowest = hashes.descendingKeySet().stream()
                .skip(numbers - 1L)
                .findFirst()
                .orElse(from);
        return with(List.of(), lowest);
    }

    /** Whether an event with the number was read. */
    boolean knows(long number) {
        return hashes.containsKey(number);
    }

    boolean has(Numbered event) {
        return hashes.getOrDefault(event.number(), Set.of()).contains(event.hash());
    }

    /** Whether what was read with a number does not stand there any more, though something else does. */
    boolean contradicts(Collection<Numbered> read) {
        return read.stream()
                .filter(event -> event.odd() == null)
                .collect(Collectors.groupingBy(Numbered::number))
                .entrySet()
                .stream()
                .anyMatch(
                        each -> knows(each.getKey()) && each.getValue().stream().noneMatch(this::has));
    }

    /** These and more; what has a lower number than {@code lowest} is forgotten. */
    SeenEvents with(Collection<Numbered> more, long lowest) {
        TreeMap<Long, Set<Integer>> all = new TreeMap<>(hashes.tailMap(lowest));
        for (Numbered event : more) {
            if (event.number() >= lowest) {
                Set<Integer> here = new TreeSet<>(all.getOrDefault(event.number(), Set.of()));
                here.add(event.hash());
                all.put(event.number(), here);
            }
        }
        return new SeenEvents(Math.max(from, lowest), all, times);
    }
}
