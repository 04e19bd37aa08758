package no.delingsruter.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.StoreException;
import no.delingsruter.support.ProcessEnd;
import no.delingsruter.watch.WatchList.Action;
import no.delingsruter.watch.WatchList.Followed;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What files and messages ask of the watch list: keys to add, remove or erase, as CSV or as JSON. Nothing of what they hold is
 * ever part of a log line or of an exception's text.
 */
public final class WatchRequests {
    private static final Logger LOG = LoggerFactory.getLogger(WatchRequests.class);
    private static final int BATCH = 1000;
    private static final String FILES = "Watch files";
    private static final long EMPTY_FOR = TimeUnit.MINUTES.toMillis(1);
    private static final String NAMES = "(?i).*\\.(csv|jsonl|ndjson)";
    private static final String EMPTY = "Empty files in the watch folder";
    private static final String OTHERS = "Other files in the watch folder";
    private static final String FOLDER = "Watch folder";
    private static final String KEPT = "Taken watch files";
    private static final String MESSAGES = "Watch messages";

    private final WatchList watchList;
    private final Runnable flush;
    private final Path directory;
    private final Alerts alerts;
    /** Files that were taken and are still there. */
    private final Map<File, Kept> kept = new ConcurrentHashMap<>();

    private record Kept(long modified, long length) {}

    /**
     * @param flush     brings what has been taken to disk: the file is deleted, and the message acknowledged, after it
     * @param directory of the files
     */
    public WatchRequests(WatchList watchList, Runnable flush, Path directory, Alerts alerts) {
        this.watchList = watchList;
        this.flush = flush;
        this.directory = directory;
        this.alerts = alerts;
    }

    /**
     * Takes a file: all of it or, when a line cannot be understood, nothing of it; then a copy goes to the folder refused.
     *
     * @throws IOException when it cannot be read, or not be put aside
     * @throws StoreException when it cannot be stored now. In both cases it is to be left where it is and tried again; that is said once
     */
    public void file(File file) throws IOException {
        Kept stamp = new Kept(file.lastModified(), file.length());
        if (stamp.equals(kept.get(file))) {
            return;
        }
        try {
            int keys = takeFile(file);
            LOG.info("Watch list: a file with {} keys was taken", keys);
            alerts.ends(FILES);
            delete(file, stamp);
        } catch (IllegalArgumentException | CharacterCodingException e) {
            refuse(file, e instanceof IllegalArgumentException ? e.getMessage() : "it is not UTF-8");
        } catch (Throwable e) {
            ProcessEnd.ifFatal(e);
            alerts.begins(
                    FILES,
                    "not taken, left where they are and tried again: "
                            + (e instanceof StoreException
                                    ? e.getMessage()
                                    : e.getClass().getSimpleName()));
            throw e;
        }
    }

    private void refuse(File file, String why) throws IOException {
        try {
            Path refused = Files.createDirectories(directory.resolve("refused"));
            Files.copy(file.toPath(), refused.resolve(file.getName()), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            alerts.begins(
                    FILES,
                    "one is refused (" + why
                            + "), and stays where it is, for it cannot be put aside in the folder refused ("
                            + e.getClass().getSimpleName() + "): make that writable, or take the file away");
            throw e;
        }
        LOG.warn("Watch list: a file was refused, and nothing of it was taken: {}", why);
    }

    /** One that stays would be taken again and again, erasures included. */
    private void delete(File file, Kept stamp) {
        try {
            Files.deleteIfExists(file.toPath());
            kept.remove(file);
        } catch (IOException e) {
            kept.put(file, stamp);
            alerts.begins(
                    KEPT,
                    "a file was taken and may not be deleted (" + e.getClass().getSimpleName()
                            + "); it is not taken again until it changes, or until the next start");
        }
        kept.keySet().removeIf(one -> !one.exists());
        if (kept.isEmpty()) {
            alerts.ends(KEPT);
        }
    }

    private int takeFile(File file) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file.toPath())) {
            read(reader, false);
        }
        try (BufferedReader reader = Files.newBufferedReader(file.toPath())) {
            int keys = read(reader, true);
            flush.run();
            return keys;
        }
    }

    /** Says, once, what stands in the folder and will not be taken. Called at intervals by a route. */
    public void checkFolder() {
        try (Stream<Path> inside = Files.list(directory)) {
            List<Path> files = inside.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().matches("\\..*|.*\\.camelLock"))
                    .toList();
            long others = files.stream()
                    .filter(file -> !file.getFileName().toString().matches(NAMES))
                    .count();
            said(
                    OTHERS,
                    others > 0,
                    others
                            + " files in watch.directory are left where they are: their names end in neither .csv nor .jsonl nor .ndjson");
            long empty = files.stream()
                    .filter(file -> file.getFileName().toString().matches(NAMES))
                    .filter(file -> isLeftEmpty(file.toFile()))
                    .count();
            said(
                    EMPTY,
                    empty > 0,
                    empty
                            + " files in watch.directory are empty and are left where they are: write them again, or delete them");
            if (others == files.size()) {
                alerts.ends(FILES, "none is left");
            }
            said(
                    FOLDER,
                    others < files.size() && !Files.isWritable(directory),
                    "it may not be written to, so no file in it is taken: a file is deleted when it has been taken");
        } catch (NoSuchFileException e) {
            // It is made when it is first looked into for files
            said(FOLDER, false, "");
        } catch (IOException e) {
            said(
                    FOLDER,
                    Files.exists(directory),
                    "it cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** One that was begun just now may be about to be written. */
    private static boolean isLeftEmpty(File file) {
        return file.length() == 0 && System.currentTimeMillis() - file.lastModified() > EMPTY_FOR;
    }

    private void said(String what, boolean wrong, String reason) {
        if (wrong) {
            alerts.begins(what, reason);
        } else {
            alerts.ends(what);
        }
    }

    /**
     * Takes a message: a map, a JSON object or array of objects, or the same text that a file may hold. While the store is away, it waits.
     *
     * @param context of the route: the waiting ends when it stops
     * @throws IllegalArgumentException when it cannot be understood; then nothing of it is taken
     */
    public void message(Object body, CamelContext context) throws Exception {
        while (true) {
            try {
                take(body);
                flush.run();
                alerts.ends(MESSAGES);
                return;
            } catch (IllegalArgumentException e) {
                LOG.warn("Watch list: a message was refused, and nothing of it was taken: {}", e.getMessage());
                throw e;
            } catch (StoreException e) {
                alerts.begins(MESSAGES, "not taken, tried again: " + e.getMessage());
                if (context.isStopping() || !e.outOfReach()) {
                    throw e;
                }
                TimeUnit.SECONDS.sleep(1);
            }
        }
    }

    private void take(Object body) throws IOException {
        if (body instanceof Map<?, ?> map) {
            apply(List.of(WatchRequest.of(KeyRows.fields(map), watchList::targets)));
            return;
        }
        String text = body instanceof byte[] bytes
                ? new String(bytes, java.nio.charset.StandardCharsets.UTF_8)
                : String.valueOf(body);
        if (text.stripLeading().startsWith("[")) {
            List<WatchRequest> requests = new ArrayList<>();
            Function<Action, Set<Followed>> where = where();
            for (JsonNode node : KeyRows.json(text)) {
                requests.add(WatchRequest.of(KeyRows.fields(node), where));
            }
            apply(requests);
            return;
        }
        read(new BufferedReader(new StringReader(text)), false);
        read(new BufferedReader(new StringReader(text)), true);
    }

    /** Asked for once, however many lines there are: the store is read for it. */
    private Function<Action, Set<Followed>> where() {
        Map<Action, Set<Followed>> known = new EnumMap<>(Action.class);
        return action -> known.computeIfAbsent(action, watchList::targets);
    }

    private int read(BufferedReader reader, boolean apply) throws IOException {
        List<WatchRequest> batch = new ArrayList<>();
        int[] count = {0};
        Function<Action, Set<Followed>> where = where();
        KeyRows.read(reader, values -> {
            batch.add(WatchRequest.of(values, where));
            count[0]++;
            if (batch.size() == BATCH) {
                if (apply) {
                    apply(batch);
                }
                batch.clear();
            }
        });
        if (apply) {
            apply(batch);
        }
        return count[0];
    }

    /** In the order asked for, each key's own service and organisation by itself. */
    private void apply(List<WatchRequest> requests) {
        Map<Followed, List<WatchRequest>> byTarget = new LinkedHashMap<>();
        for (WatchRequest request : requests) {
            for (Followed target : request.targets()) {
                byTarget.computeIfAbsent(target, one -> new ArrayList<>()).add(request);
            }
        }
        byTarget.forEach((target, own) -> {
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
