package no.delingsruter.skatteetaten.list;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** An event list over HTTP whose events a test writes as text, also such as no list should have. */
public final class ScriptedList implements AutoCloseable {
    private final HttpServer server;
    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    /** Answers with what comes after the number that is asked from, not with that itself. */
    public volatile boolean exclusive;
    /** Answers only the numbers from the one asked for to that and antall. */
    public volatile boolean numbersOnly;
    /** Answers each person once: with the first of a page's events, or with the newest of all, so that the others vanish. */
    volatile OnePerPerson onePerPerson = OnePerPerson.NO;
    /** Refuses lower numbers. */
    volatile long lowest = Long.MIN_VALUE;
    /** Events in a page, whatever is asked for. */
    volatile int most = Integer.MAX_VALUE;
    /** Answer of the address that tells where today's events begin; null for none. */
    public volatile String start;
    /** The same by the date that is asked for, in its place. */
    volatile Function<LocalDate, String> starts = date -> start;
    /** Status for "nothing new". */
    volatile int empty = 404;

    enum OnePerPerson {
        NO,
        FIRST,
        NEWEST
    }

    private record Entry(long place, String json) {
        private String person() {
            return json.replaceAll(".*\"identifikator\":\"(\\d+)\".*", "$1");
        }
    }

    public ScriptedList() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    static String person(long number) {
        return String.format("0181%07d", number);
    }

    static String event(long number) {
        return "{\"sekvensnummer\":" + number + ",\"identifikator\":\"" + person(number)
                + "\",\"gjelderPeriode\":\"2024-03\"}";
    }

    /** Events of a person each. */
    public ScriptedList events(long from, long to) {
        return addAll(LongStream.rangeClosed(from, to)
                .mapToObj(number -> new Entry(number, event(number)))
                .toList());
    }

    /** @param place in the list: the number, for an event that has one */
    public ScriptedList add(long place, String json) {
        return addAll(List.of(new Entry(place, json)));
    }

    private ScriptedList addAll(List<Entry> more) {
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.addAll(more);
        sorted.sort(Comparator.comparingLong(Entry::place));
        entries.clear();
        entries.addAll(sorted);
        return this;
    }

    public void clear() {
        entries.clear();
    }

    /** The queries so far, path and all. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestURI().toString());
        if (exchange.getRequestURI().getPath().endsWith("/start")) {
            String day = exchange.getRequestURI().getQuery().replaceAll(".*dato=", "");
            String first = starts.apply(LocalDate.parse(day));
            send(exchange, first == null ? 404 : 200, first == null ? nothing() : first);
            return;
        }
        Map<String, Long> query = Arrays.stream(
                        exchange.getRequestURI().getQuery().split("&"))
                .map(part -> part.split("="))
                .collect(Collectors.toMap(part -> part[0], part -> Long.parseLong(part[1])));
        long from = query.get("fraSekvensnummer") + (exclusive ? 1 : 0);
        long antall = query.get("antall");
        if (query.get("fraSekvensnummer") < lowest) {
            send(exchange, 400, "{\"kode\":\"FA-004\",\"melding\":\"Ugyldig fraSekvensnummer\"}");
            return;
        }
        List<Entry> all = List.copyOf(entries);
        Set<String> persons = new HashSet<>();
        List<String> page = all.stream()
                .filter(entry -> onePerPerson != OnePerPerson.NEWEST
                        || all.stream()
                                .noneMatch(other -> other.place() > entry.place()
                                        && other.person().equals(entry.person())))
                .filter(entry -> entry.place() >= from && (!numbersOnly || entry.place() < from + antall))
                .limit(Math.min(antall, most))
                .filter(entry -> onePerPerson != OnePerPerson.FIRST || persons.add(entry.person()))
                .map(Entry::json)
                .toList();
        send(
                exchange,
                page.isEmpty() ? empty : 200,
                page.isEmpty() ? nothing() : "{\"hendelser\":[" + String.join(",", page) + "]}");
    }

    private static String nothing() {
        return "{\"kode\":\"FA-005\",\"melding\":\"Ingen hendelser funnet\"}";
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, status == 204 ? -1 : bytes.length);
        if (status != 204) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
