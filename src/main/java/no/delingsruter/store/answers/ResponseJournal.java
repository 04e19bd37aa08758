package no.delingsruter.store.answers;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import no.delingsruter.model.FetchedAnswer;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.observation.Activity;
import no.delingsruter.store.Durability;
import no.delingsruter.store.H2File;
import no.delingsruter.store.Store;
import no.delingsruter.store.answers.RecordCipher.Entry;
import no.delingsruter.support.OwnerOnlyFiles;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers whose lookups are not yet on disk as done. They are written to a file before their call's permit goes back, so that a process
 * that is killed need not ask for them again: only calls that were open are repeated. An answer is used for nothing but the very lookup it
 * was made for; one that an event has joined since, or that was asked for anew, is made again. The files take turns, are encrypted, and
 * are emptied when nothing in them is needed.
 *
 * <p>Without it every answer that was got and not yet committed costs a second lookup after a kill, up to {@code lookup.workers} each lane.
 */
public final class ResponseJournal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ResponseJournal.class);
    private static final long TURN_BYTES = 2_000_000;
    private static final long CLEAR_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final String NONE = "none";

    private final Activity activity;
    private final Durability durability;
    private final RecordCipher seal;
    /** The first one is written to; empty: nothing is kept. */
    private final Deque<JournalSegment> files = new ArrayDeque<>();
    /** From an earlier life of the process, or left when the work stopped. */
    private final Map<LookupKey, Found> found = new HashMap<>();

    private final Deque<Ended> ended = new ArrayDeque<>();
    private boolean full;
    private long cleared = System.nanoTime() - CLEAR_NANOS;

    private record Found(Entry entry, JournalSegment in) {}

    /** When so many commits are on disk, the file is not needed for it any more. */
    private record Ended(JournalSegment in, long committed) {}

    /**
     * Reads what an earlier life of the process has left, once the store is open and before lookups are made.
     *
     * @param configured  {@code store.answers}: a folder; empty: beside the embedded store's file, or ./data for a server; none: nowhere
     * @param secret      of the installation
     */
    public ResponseJournal(
            String configured, String storeUrl, byte[] secret, Store store, Durability durability, Activity activity) {
        this(configured, storeUrl, new RecordCipher(secret), store, durability, activity);
    }

    ResponseJournal(
            String configured,
            String storeUrl,
            RecordCipher seal,
            Store store,
            Durability durability,
            Activity activity) {
        this.activity = activity;
        this.durability = durability;
        this.seal = seal;
        durability.whenWritten(this::written);
        Path folder = folder(configured, storeUrl);
        if (folder != null) {
            // Installations that share a folder must not take each other's files
            open(folder.resolve("answers-" + seal.name()), store);
        }
    }

    private static Path folder(String configured, String storeUrl) {
        Optional<H2File> file = H2File.of(storeUrl);
        if (configured.equals(NONE) || storeUrl.startsWith("jdbc:h2:mem:")) {
            return null;
        }
        return configured.isEmpty()
                ? file.map(it -> it.base().getParent()).orElse(Path.of("data"))
                : Path.of(configured);
    }

    private synchronized void open(Path folder, Store store) {
        try {
            OwnerOnlyFiles.ownDirectory(folder);
            Map<LookupKey, Entry> left = new HashMap<>();
            for (String name : List.of("1", "2")) {
                JournalSegment file = new JournalSegment(folder.resolve(name));
                files.addLast(file);
                for (byte[] sealed : file.read()) {
                    Entry entry = opened(sealed);
                    if (entry != null
                            && store.dueRows()
                                    .waitsFor(
                                            entry.key(),
                                            entry.latestSekvensnummer(),
                                            entry.revision(),
                                            entry.answer().at(),
                                            entry.due())) {
                        left.merge(
                                entry.key(),
                                entry,
                                (one, other) ->
                                        one.answer().at().isAfter(other.answer().at()) ? one : other);
                    }
                }
            }
            files.forEach(JournalSegment::clear);
            JournalSegment file = files.getFirst();
            left.forEach((key, entry) -> {
                if (file.append(seal.close(entry))) {
                    found.put(key, new Found(entry, file));
                }
            });
        } catch (IOException e) {
            LOG.warn(
                    "No answers can be kept in {}: when the process is killed, lookups that are answered and not yet delivered are made again",
                    folder);
            close();
        }
    }

    private Entry opened(byte[] sealed) {
        try {
            return seal.open(sealed);
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    /**
     * Returns when the rows that have been read are on disk: an answer would not be found again for a row that a kill takes back. Not to be
     * called with a connection in use.
     */
    public void awaitRows() {
        durability.awaitPending();
    }

    /** The answer that an earlier life has got for this lookup, once; null when there is none. */
    public Kept take(PendingLookup lookup) {
        return watched(() -> taken(lookup));
    }

    private synchronized Kept taken(PendingLookup lookup) {
        Found before = found.remove(lookup.key());
        if (before == null) {
            return null;
        }
        boolean same = before.entry.revision() == lookup.revision()
                && before.entry.latestSekvensnummer() == lookup.latestSekvensnummer();
        return new Kept(same ? before.entry.answer() : null, before.in);
    }

    /** Forgets answers of an earlier life whose lookups are gone; the file is emptied as soon as nothing else in it is needed. */
    public void forget(String service, String organisation, Predicate<LookupKey> which) {
        watched(() -> {
            forgotten(service, organisation, which);
            return null;
        });
    }

    private synchronized void forgotten(String service, String organisation, Predicate<LookupKey> which) {
        found.values().removeIf(before -> {
            LookupKey key = before.entry.key();
            boolean gone = key.service().equals(service) && key.organisation().equals(organisation) && which.test(key);
            before.in.needed -= gone ? 1 : 0;
            return gone;
        });
        written(durability.written());
    }

    /** Keeps an answer until {@link Kept#end}. */
    public Kept keep(PendingLookup lookup, FetchedAnswer answer) {
        return keep(lookup, answer, null);
    }

    /** @param due when the lookup is due again, for its delivery has failed; null when it has not */
    public Kept keep(PendingLookup lookup, FetchedAnswer answer, @Nullable Instant due) {
        return watched(() -> keep(seal.close(entry(lookup, answer, due)), answer));
    }

    private static Entry entry(PendingLookup lookup, FetchedAnswer answer, @Nullable Instant due) {
        return new Entry(lookup.key(), lookup.latestSekvensnummer(), lookup.revision(), answer, due);
    }

    /** The waiting for another thread that is at the files counts too. */
    private <T> T watched(Supplier<T> work) {
        Activity.Piece piece = activity.begins();
        try {
            return work.get();
        } finally {
            piece.ends();
        }
    }

    private Kept keep(byte[] record, FetchedAnswer answer) {
        synchronized (this) {
            if (files.isEmpty()) {
                return new Kept(answer, null);
            }
            if (files.getFirst().size() > TURN_BYTES) {
                turn();
            }
            boolean appended = files.getFirst().append(record);
            if (!appended && !full) {
                full = true;
                LOG.warn(
                        "Fetched answers cannot be kept in store.answers (is its disk full?): when the process is killed, their lookups are made again");
            }
            return new Kept(answer, appended ? files.getFirst() : null);
        }
    }

    private void turn() {
        if (files.getLast().needed > 0) {
            // Their lookups do not run any more
            found.values().forEach(before -> before.in.needed--);
            found.clear();
        }
        if (files.getLast().needed == 0 && files.getLast().clear()) {
            files.addFirst(files.removeLast());
        }
    }

    private synchronized void written(long commits) {
        while (!ended.isEmpty() && ended.peekFirst().committed <= commits) {
            ended.removeFirst().in.needed--;
        }
        // Not after each of many: that costs more than writing
        if (System.nanoTime() - cleared > CLEAR_NANOS && files.stream().allMatch(file -> file.needed == 0)) {
            files.forEach(JournalSegment::clear);
            cleared = System.nanoTime();
        }
    }

    private void ended(JournalSegment in) {
        long committed = durability.committed();
        synchronized (this) {
            ended.addLast(new Ended(in, committed));
        }
        written(durability.written());
    }

    /** An answer, and the file it is kept in. */
    public final class Kept {
        private final FetchedAnswer answer;
        private final JournalSegment in;

        private Kept(FetchedAnswer answer, JournalSegment in) {
            this.answer = answer;
            this.in = in;
        }

        /** Null when it does not answer the lookup as it is now. */
        public FetchedAnswer answer() {
            return answer;
        }

        /** The work stops before its lookup has ended: whoever takes the lookup next takes it, in this life of the process or another. */
        public void leave(PendingLookup lookup) {
            if (in != null && answer != null) {
                watched(() -> {
                    left(lookup, answer, in);
                    return null;
                });
            } else {
                end();
            }
        }

        /** Its lookup has ended, well or not, and that is committed. */
        public void end() {
            if (in != null) {
                watched(() -> {
                    ended(in);
                    return null;
                });
            }
        }
    }

    private synchronized void left(PendingLookup lookup, FetchedAnswer answer, JournalSegment in) {
        Found before = found.put(lookup.key(), new Found(entry(lookup, answer, null), in));
        if (before != null) {
            before.in.needed--;
        }
    }

    @Override
    public synchronized void close() {
        for (JournalSegment file : files) {
            try {
                if (file.needed == 0) {
                    file.clear();
                }
                file.close();
            } catch (IOException e) {
                // What is in it is read at the next start
            }
        }
        files.clear();
    }
}
