package no.delingsruter.store.answers;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import no.delingsruter.model.Done;
import no.delingsruter.model.FetchedAnswer;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.LatchedActivity;
import no.delingsruter.store.Store;
import no.delingsruter.store.TestDatabase;
import no.delingsruter.store.h2.Checkpointer;
import no.delingsruter.work.LookupExecution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** That a process that is really killed asks for nothing again that was answered is the crash kit's to show. */
class ResponseJournalTest {
    private static final String PERSON = "01810012345";
    private static final byte[] SECRET = "secret of this installation".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BODY = "{\"inntektsmottaker\":\"01810012345\"}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private String url;
    private HikariDataSource dataSource;
    private Store store;
    private Checkpointer checkpointer;

    @BeforeEach
    void open() {
        url = TestDatabase.H2.url(directory);
        dataSource = TestDatabase.H2.open(url);
        store = new Store(dataSource, new TransactionTemplate(new DataSourceTransactionManager(dataSource)));
        checkpointer = new Checkpointer(dataSource, new Alerts());
    }

    @AfterEach
    void close() {
        checkpointer.close();
        dataSource.close();
    }

    /** A new life of the process. */
    private ResponseJournal life() {
        return life(SECRET);
    }

    private ResponseJournal life(byte[] secret) {
        return new ResponseJournal("", url, secret, store, checkpointer, new Alerts().watch("Kept answers"));
    }

    private static LookupKey key(String person) {
        return new LookupKey("inntekt", "self", "inntekt", person, "2024-03", "", 0);
    }

    private static PendingLookup event(String person, long sekvensnummer) {
        return PendingLookup.of(key(person), sekvensnummer, false, "{}");
    }

    private PendingLookup pending(String person, long sekvensnummer) {
        store.add(List.of(event(person, sekvensnummer)));
        return due(person);
    }

    private PendingLookup due(String person) {
        return store.dueRows().due("inntekt", "self", "inntekt", Instant.now().plusSeconds(1), 10).stream()
                .filter(lookup -> lookup.key().equals(key(person)))
                .findFirst()
                .orElseThrow();
    }

    private static FetchedAnswer answer() {
        return new FetchedAnswer("inntekt/v1", 200, "application/json", "b3f9c1a2", BODY, Instant.now());
    }

    private List<Path> files() {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(path -> path.getParent().getFileName().toString().startsWith("answers-"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long bytes() {
        return files().stream().mapToLong(file -> file.toFile().length()).sum();
    }

    @Test
    @DisplayName("I5: what was answered before a kill is not asked for again, and is given once")
    void answerOutlivesTheProcess() {
        PendingLookup lookup = pending(PERSON, 7);
        FetchedAnswer answer = answer();
        life().keep(lookup, answer);
        ResponseJournal next = life();
        FetchedAnswer found = next.take(due(PERSON)).answer();
        assertArrayEquals(BODY, found.body());
        assertEquals(
                List.of(200, "application/json", "b3f9c1a2"),
                List.of(found.status(), found.contentType(), found.korrelasjonsid()));
        assertEquals(
                answer.at().truncatedTo(ChronoUnit.MICROS),
                found.at(),
                "fetchedAt tells when it was fetched, not when it was delivered");
        assertNull(next.take(due(PERSON)));
        assertNotNull(life().take(due(PERSON)), "killed once more before it was delivered");
    }

    @Test
    @DisplayName("A route with two lookups gets each one's own answer")
    void twoLookupsInARoute() {
        PendingLookup lookup = pending(PERSON, 7);
        life().keep(lookup, answer());
        LookupExecution result = new LookupExecution(due(PERSON), life());
        assertNull(result.before("another/v1"));
        assertNotNull(result.before("inntekt/v1"));
        result.keep(answer());
        assertNull(result.before("inntekt/v1"), "what is answered in this life is not what was answered before");
    }

    @Test
    @DisplayName("I5: an event that has joined since asks for another lookup")
    void joinedSince() {
        PendingLookup lookup = pending(PERSON, 7);
        life().keep(lookup, answer());
        ResponseJournal next = life();
        PendingLookup joined = pending(PERSON, 8);
        assertNull(next.take(joined).answer(), "after the start");
        assertNull(life().take(joined), "before the start");
    }

    @Test
    @DisplayName("I5: a key that was delivered and is asked for anew is looked up anew")
    void askedForAnew() {
        PendingLookup lookup = pending(PERSON, 7);
        life().keep(lookup, answer());
        store.done(lookup, null, Done.DELIVERED);
        assertEquals(
                lookup.revision(), pending(PERSON, 7).revision(), "by a replay or a watch list: all numbers as before");
        assertNull(life().take(due(PERSON)));
    }

    @Test
    @DisplayName(
            "I8: a kept answer can be read with the store's secret alone, by its owner alone, and goes when it is not needed")
    void nobodyElseReads() throws IOException {
        PendingLookup lookup = pending(PERSON, 7);
        ResponseJournal.Kept kept = life().keep(lookup, answer());
        assertTrue(bytes() > BODY.length);
        for (Path file : files()) {
            String content = Files.readString(file, StandardCharsets.ISO_8859_1);
            assertFalse(content.contains(PERSON) || content.contains("inntekt"), "readable in " + file.getFileName());
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
        kept.end();
        assertEquals(0, bytes());
    }

    @Test
    @DisplayName(
            "I8: what was kept of an erased person is gone from memory and from the file, though its lookup never runs")
    void erased() {
        life().keep(pending(PERSON, 7), answer());
        ResponseJournal next = life();
        next.forget("inntekt", "another", key -> true);
        next.forget("inntekt", "self", key -> key.identifikator().equals("02810012345"));
        assertTrue(bytes() > 0);
        await().until(() -> {
            next.forget("inntekt", "self", key -> key.identifikator().equals(PERSON));
            return bytes() == 0;
        });
        assertNull(next.take(due(PERSON)));
    }

    @Test
    @DisplayName("Files of another installation are left to it")
    void anotherInstallation() {
        PendingLookup lookup = pending(PERSON, 7);
        life().keep(lookup, answer());
        assertNull(life("another secret".getBytes(StandardCharsets.US_ASCII)).take(due(PERSON)));
        assertNotNull(life().take(due(PERSON)).answer());
    }

    @Test
    @DisplayName(
            "An answer that a kill has cut short, or that a disk has spoilt, is asked for again; the others are not")
    void cutShort() throws IOException {
        ResponseJournal first = life();
        first.keep(pending(PERSON, 7), answer());
        first.keep(pending("02810012345", 8), answer());
        Path file = files().stream()
                .filter(path -> path.toFile().length() > 0)
                .findFirst()
                .orElseThrow();
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 5), StandardOpenOption.TRUNCATE_EXISTING);
        ResponseJournal next = life();
        assertNotNull(next.take(due(PERSON)));
        assertNull(next.take(due("02810012345")));

        byte[] spoilt = whole.clone();
        spoilt[100] ^= 1;
        Files.write(file, spoilt, StandardOpenOption.TRUNCATE_EXISTING);
        ResponseJournal last = life();
        assertNull(last.take(due(PERSON)));
        assertNotNull(last.take(due("02810012345")));
    }

    @Test
    @DisplayName("I10: files take turns and do not grow, though some answer is always under way")
    void filesTakeTurns() {
        ResponseJournal answers = life();
        FetchedAnswer large =
                new FetchedAnswer("inntekt/v1", 200, "application/json", "b3f9c1a2", new byte[100_000], Instant.now());
        ResponseJournal.Kept before = answers.keep(pending(PERSON, 1), large);
        long most = 0;
        for (int i = 2; i < 200; i++) {
            ResponseJournal.Kept kept = answers.keep(event(PERSON, i), large);
            before.end();
            before = kept;
            most = Math.max(most, bytes());
        }
        assertTrue(most > 1_000_000 && most < 5_000_000, "bytes: " + most);
    }

    @Test
    @DisplayName("An answer whose lookup never ends makes the files grow to a bound, and no more is kept")
    void bounded() {
        ResponseJournal answers = life();
        FetchedAnswer large = new FetchedAnswer(
                "inntekt/v1", 200, "application/json", "b3f9c1a2", new byte[4_000_000], Instant.now());
        for (int i = 1; i < 40; i++) {
            assertNotNull(answers.keep(event(PERSON, i), large).answer());
        }
        assertTrue(bytes() <= 2 * JournalSegment.MOST_BYTES, "bytes: " + bytes());
    }

    @Test
    @DisplayName("store.answers=none, or a folder that cannot be made: nothing is kept, and all goes on")
    void nowhere() throws IOException {
        Path notAFolder = Files.createFile(directory.resolve("file"));
        for (String where : List.of("none", notAFolder.toString())) {
            ResponseJournal answers =
                    new ResponseJournal(where, url, SECRET, store, checkpointer, new Alerts().watch("Kept answers"));
            ResponseJournal.Kept kept = answers.keep(event(PERSON, 1), answer());
            assertNotNull(kept.answer());
            kept.end();
        }
        assertEquals(List.of(), files());
    }

    @Test
    @DisplayName(
            "I16: kept answers that stand still are found, at encryption and writing, taking, ending and forgetting")
    void latched() {
        PendingLookup lookup = pending(PERSON, 7);
        life().keep(lookup, answer());
        standsAt((journal, at) -> at.keep(() -> journal.keep(lookup, answer())));
        standsAt((journal, at) -> at.held(journal, () -> journal.keep(lookup, answer())));
        standsAt((journal, at) -> at.held(journal, () -> journal.take(lookup)));
        standsAt((journal, at) -> {
            ResponseJournal.Kept kept = journal.keep(lookup, answer());
            return at.held(journal, kept::end);
        });
        standsAt((journal, at) -> () -> journal.forget("inntekt", "self", key -> {
            at.latch.stand();
            return true;
        }));
    }

    private void standsAt(BiFunction<ResponseJournal, Stand, LatchedActivity.Work> work) {
        Alerts alerts = new Alerts();
        Stand stand = new Stand();
        try (ResponseJournal journal =
                new ResponseJournal("", url, stand.cipher, store, checkpointer, alerts.watch("Kept answers"))) {
            stand.latch.isFound(alerts, "Kept answers", work.apply(journal, stand));
        }
    }

    private static final class Stand {
        private final LatchedActivity latch = new LatchedActivity();
        private volatile boolean encrypting;
        private final RecordCipher cipher = new RecordCipher(SECRET) {
            @Override
            byte[] close(Entry entry) {
                if (encrypting) {
                    latch.stand();
                }
                return super.close(entry);
            }
        };

        LatchedActivity.Work keep(LatchedActivity.Work work) {
            encrypting = true;
            return work;
        }

        /** While another thread is at the files and does not come to an end. */
        LatchedActivity.Work held(ResponseJournal journal, LatchedActivity.Work work) {
            return () -> {
                CountDownLatch there = new CountDownLatch(1);
                Thread other = new Thread(() -> {
                    synchronized (journal) {
                        there.countDown();
                        latch.stand();
                    }
                });
                other.start();
                there.await();
                work.run();
                other.join();
            };
        }
    }
}
