package no.delingsruter.crash;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import no.delingsruter.app.Delingsruter;
import no.delingsruter.app.TestBed;
import no.delingsruter.operations.RecordedLog;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.BalancedBooks;
import no.delingsruter.store.TestDatabase;
import no.delingsruter.support.FreePort;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each disk that is written to is filled while the job runs, and freed again. */
@Tag("outage")
@Isolated("its log is all that happens meanwhile")
class FullDiskTest {
    private static final String SERVICE = "inntekt";
    private static final int SECONDS = Integer.getInteger("outage.seconds", 6);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int EVENTS = 400;

    @TempDir
    Path directory;

    @ParameterizedTest(name = "disk of {0} MB")
    @ValueSource(ints = {6, 24})
    @DisplayName(
            "I2, I16: the disk of the embedded store is full: said, no lookup meanwhile, and nothing lost when there is room again")
    void ofTheStore(int megabytes) throws Exception {
        try (FullDisk disk = FullDisk.mount(directory.resolve("disk"), megabytes);
                RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed = bed()) {
            bed.set("store.url", "jdbc:h2:file:" + directory.resolve("disk/store"))
                    .start();
            outage(bed, disk, log, "disk full", 0);
            assertEquals(
                    EVENTS,
                    Received.lines(directory.resolve("out")).stream()
                            .map(Received::key)
                            .distinct()
                            .count());
        }
    }

    @Test
    @DisplayName("I2: the disk of the kept answers is full: said, and all goes on without them")
    void ofTheAnswers() throws Exception {
        try (FullDisk disk = FullDisk.mount(directory.resolve("disk"), 2);
                RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed = bed()) {
            bed.set("store.answers", directory.resolve("disk").toString()).start();
            await().atMost(PATIENCE).until(() -> delivered(bed) > EVENTS / 5);
            disk.fill();
            bed.untilDone(SERVICE, PATIENCE);
            assertTrue(
                    log.lines().stream().anyMatch(line -> line.contains("answers cannot be kept")),
                    String.join("\n", log.lines()));
            assertEquals(EVENTS, bed.simulator().stats().lookups().calls());
            bed.booksBalance(SERVICE);
        }
    }

    @Test
    @DisplayName("I2: the disk of the delivered files is full: said, few lookups meanwhile, no half line")
    void ofTheFiles() throws Exception {
        try (FullDisk disk = FullDisk.mount(directory.resolve("disk"), 2);
                RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed = bed()) {
            bed.set("file.directory", directory.resolve("disk").toString()).start();
            outage(bed, disk, log, "delivery failed", 3 + SECONDS / 2);
            assertEquals(EVENTS, Received.lines(directory.resolve("disk")).size());
        }
    }

    @Test
    @DisplayName(
            "I16: the disk of the log is full: said once on standard error and by status, nobody waits for it, and what was lost is counted")
    void ofTheLog() throws Exception {
        Path said = directory.resolve("standard-error");
        try (FullDisk disk = FullDisk.mount(directory.resolve("disk"), 1);
                TestBed bed = bed().set("progress.interval", "100ms").set("watchdog.longest-silence", "2s")) {
            Path log = directory.resolve("disk/log");
            Process job = job(bed, List.of())
                    .redirectOutput(log.toFile())
                    .redirectError(said.toFile())
                    .start();
            try {
                await().atMost(PATIENCE).until(() -> bed.lines().size() > EVENTS / 5);
                disk.fill();
                await().atMost(PATIENCE).until(() -> Files.readString(said).contains("The log cannot be written"));
                await().atMost(PATIENCE)
                        .until(() -> bed.command("status").contains("Log: cannot be written: No space left on device"));
                await().atMost(PATIENCE).until(() -> bed.lines().size() == EVENTS);
                disk.free();
                await().atMost(PATIENCE).until(() -> Files.readString(log).contains("Log: can be written again"));
            } finally {
                job.destroyForcibly().waitFor();
            }
            BalancedBooks.check(
                    BalancedBooks.of(bed.dataSource()), bed.simulator().list(SERVICE));
            assertTrue(
                    Pattern.compile("^[1-9]\\d* lines of the log were lost since ", Pattern.MULTILINE)
                            .matcher(Files.readString(log))
                            .find(),
                    Files.readString(log));
            assertEquals(1, Files.readAllLines(said).size(), Files.readString(said));
        }
    }

    @Test
    @DisplayName("The disk of the temporary files is full: all is delivered, and health answers")
    void ofTheTemporaryFiles() throws Exception {
        int port = FreePort.find();
        try (FullDisk disk = FullDisk.mount(directory.resolve("disk"), 1);
                TestBed bed = bed().set("management.port", Integer.toString(port))) {
            Process job = job(bed, List.of("-Djava.io.tmpdir=" + directory.resolve("disk")))
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
            try {
                await().atMost(PATIENCE).until(() -> bed.lines().size() > EVENTS / 5);
                disk.fill();
                await().atMost(PATIENCE).until(() -> bed.lines().size() == EVENTS);
                HttpURLConnection ready =
                        (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/observe/health/ready")
                                .toURL()
                                .openConnection();
                assertEquals(200, ready.getResponseCode());
            } finally {
                job.destroyForcibly().waitFor();
            }
            BalancedBooks.check(
                    BalancedBooks.of(bed.dataSource()), bed.simulator().list(SERVICE));
        }
    }

    private static ProcessBuilder job(TestBed bed, List<String> options) {
        bed.writeSettings();
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        command.addAll(options);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "-Ddelingsruter.config=" + bed.config(),
                "-Ddelingsruter.routes=" + bed.routes(),
                Delingsruter.class.getName()));
        return new ProcessBuilder(command).directory(bed.directory().toFile()).redirectErrorStream(false);
    }

    private TestBed bed() {
        TestBed bed = new TestBed(directory, TestDatabase.H2, new SimulatorConfig().latency(Latency.constant(30)));
        bed.simulator().list(SERVICE).generate(EVENTS, EVENTS, 25, 0.1);
        return bed.set("delivery.endpoints", "direct:file");
    }

    private void outage(TestBed bed, FullDisk disk, RecordedLog log, String said, int mostLookups) throws Exception {
        await().atMost(PATIENCE).until(() -> delivered(bed) > EVENTS / 5);
        disk.fill();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> bed.application().alerts().standstill()
                        || bed.application().alerts().open().toString().contains(said));
        // Those that were under way
        await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
        long before = bed.simulator().stats().lookups().calls();
        await().pollDelay(Duration.ofSeconds(SECONDS))
                .atMost(Duration.ofSeconds(SECONDS + 30L))
                .until(() -> true);
        long meanwhile = bed.simulator().stats().lookups().calls() - before;
        disk.free();
        await().atMost(PATIENCE).until(() -> !bed.application().alerts().standstill());
        await().atMost(PATIENCE).until(() -> !bed.application().alerts().standstill());
        bed.untilDone(SERVICE, PATIENCE);
        await().atMost(PATIENCE).until(() -> bed.application().alerts().open().isEmpty());
        System.out.printf(
                "Disk full for %d s: %d lookups meanwhile, %d repeated in all%n",
                SECONDS, meanwhile, bed.simulator().stats().lookups().repeated());
        assertTrue(log.lines().stream().anyMatch(line -> line.contains(said)), String.join("\n", log.lines()));
        assertTrue(meanwhile <= mostLookups, "lookups meanwhile: " + meanwhile);
        assertEquals(0, bed.application().store().parked(SERVICE, "self"));
        bed.booksBalance(SERVICE);
    }

    private static long delivered(TestBed bed) {
        return bed.application().statistics().of(SERVICE, "self").delivered.sum();
    }
}
