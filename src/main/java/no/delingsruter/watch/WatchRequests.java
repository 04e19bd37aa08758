package no.delingsruter.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import no.delingsruter.watch.WatchList.Followed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What files and messages ask of the watch list: keys to add, remove or erase, as CSV or as JSON. Nothing of what they hold is
 * ever part of a log line or of an exception's text.
 */
public final class WatchRequests {
    private static final Logger LOG = LoggerFactory.getLogger(WatchRequests.class);
    private static final int BATCH = 1000;
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final WatchList watchList;
    private final Runnable flush;

    /** @param flush brings what has been taken to disk: the file is deleted, and the message acknowledged, after it */
    public WatchRequests(WatchList watchList, Runnable flush) {
        this.watchList = watchList;
        this.flush = flush;
    }

    /**
     * Takes a file: all of it or, when a line cannot be understood, nothing of it.
     *
     * @throws IllegalArgumentException naming the line at fault
     */
    public void file(File file) throws IOException {
        try {
            try (BufferedReader reader = Files.newBufferedReader(file.toPath())) {
                read(reader, false);
            }
            try (BufferedReader reader = Files.newBufferedReader(file.toPath())) {
                int keys = read(reader, true);
                flush.run();
                LOG.info("Watch list: a file with {} keys was taken", keys);
            }
        } catch (IllegalArgumentException | java.nio.charset.CharacterCodingException e) {
            String reason = e instanceof IllegalArgumentException ? e.getMessage() : "it is not UTF-8";
            LOG.warn("Watch list: a file was refused, and nothing of it was taken: {}", reason);
            throw new IllegalArgumentException(reason);
        }
    }

    /**
     * Takes a message: a map, a JSON object or array of objects, or the same text that a file may hold.
     *
     * @throws IllegalArgumentException when it cannot be understood; then nothing of it is taken
     */
    public void message(Object body) throws IOException {
        take(body);
        flush.run();
    }

    private void take(Object body) throws IOException {
        if (body instanceof Map<?, ?> map) {
            JsonNode object = JSON.valueToTree(map);
            apply(List.of(WatchRequest.of(object, watchList.followed())));
            return;
        }
        String text = body instanceof byte[] bytes
                ? new String(bytes, java.nio.charset.StandardCharsets.UTF_8)
                : String.valueOf(body);
        if (text.stripLeading().startsWith("[")) {
            List<WatchRequest> requests = new ArrayList<>();
            for (JsonNode node : json(text)) {
                requests.add(WatchRequest.of(node, watchList.followed()));
            }
            apply(requests);
            return;
        }
        read(new BufferedReader(new StringReader(text)), false);
        read(new BufferedReader(new StringReader(text)), true);
    }

    private int read(BufferedReader reader, boolean apply) throws IOException {
        Set<Followed> followed = watchList.followed();
        CsvColumns columns = null;
        List<WatchRequest> batch = new ArrayList<>();
        int number = 0;
        int count = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            String text = number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line;
            if (text.isBlank()) {
                continue;
            }
            WatchRequest request;
            try {
                if (text.stripLeading().startsWith("{")) {
                    request = WatchRequest.of(json(text), followed);
                } else if (columns == null) {
                    columns = CsvColumns.of(text);
                    if (columns.isHeader()) {
                        continue;
                    }
                    request = WatchRequest.of(columns.values(text), followed);
                } else {
                    request = WatchRequest.of(columns.values(text), followed);
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + number + ": " + e.getMessage());
            }
            count++;
            batch.add(request);
            if (batch.size() == BATCH) {
                if (apply) {
                    apply(batch);
                }
                batch.clear();
            }
        }
        if (apply) {
            apply(batch);
        }
        return count;
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("it is not JSON");
        }
    }

    /** In the order asked for, each key's own service and organisation by itself. */
    private void apply(List<WatchRequest> requests) {
        requests.stream().collect(Collectors.groupingBy(WatchRequest::target)).forEach((target, own) -> {
            int from = 0;
            for (int to = 1; to <= own.size(); to++) {
                if (to == own.size() || own.get(to).action() != own.get(from).action()) {
                    watchList.change(
                            target.service(),
                            target.organisation(),
                            own.get(from).action(),
                            own.subList(from, to).stream()
                                    .map(WatchRequest::key)
                                    .toList());
                    from = to;
                }
            }
        });
    }
}
