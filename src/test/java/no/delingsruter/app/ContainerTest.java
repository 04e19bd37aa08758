package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import no.delingsruter.support.FreePort;
import no.delingsruter.support.Http1;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName(
        "As in a container: a user without a name, nothing to write but data and tmp, LANG=C, no home, configuration and routes as ConfigMaps, 256 MB")
class ContainerTest {
    private static final int USER = 54_321;
    private static final int LOOKUPS = 30;
    private static final long MEGABYTE = 1024;

    @TempDir
    Path directory;

    @Test
    @DisplayName(
            "The job does its work, probes are answered, SIGTERM ends it with 0, it needs less than 256 MB; a store of another user is used when it may be, or named")
    void works() throws IOException, InterruptedException {
        assumeTrue(isRoot(), "skipped: only root can start a process of another user");
        HandedOut program = new HandedOut(directory.resolve("opt +,1"));
        Path data = writable("data");
        Path tmp = writable("tmp");
        int port = FreePort.find();
        try (TestBed bed = new TestBed(Files.createDirectories(directory.resolve("bed")))) {
            bed.simulator().list("inntekt").generate(LOOKUPS, LOOKUPS, 3, 0);
            bed.set("store.url", "jdbc:h2:file:./data/delingsruter")
                    .set("store.answers", "")
                    .set("file.directory", "out")
                    .set("watch.directory", "watch")
                    .set("progress.interval", "1s")
                    .set("management.port", Integer.toString(port))
                    .set("delivery.endpoints", "direct:database,direct:file")
                    .writeSettings();
            Path config = configMap("config", bed.config());
            Path routes = configMap("routes", bed.routes());
            passable(directory);
            List<String> command = new ArrayList<>(List.of(
                    "setpriv",
                    "--reuid=" + USER,
                    "--regid=0",
                    "--clear-groups",
                    "--no-new-privs",
                    "--bounding-set=-all",
                    program.script().toString(),
                    "-Ddelingsruter.config=" + config,
                    "-Ddelingsruter.routes=" + routes,
                    "-Djava.io.tmpdir=" + tmp));
            ProcessBuilder bare = HandedOut.bare(data, command);
            bare.environment().put("JAVA_OPTS", "-XX:MaxRAM=256m -XX:MaxRAMPercentage=50");
            try (ChildJob job = new ChildJob(bare)) {
                await().atMost(Duration.ofMinutes(3))
                        .until(() -> !job.alive() || job.output().contains(" 0 pending, " + LOOKUPS + " delivered"));
                assertTrue(job.alive(), job.output());
                assertEquals(200, status(port, "health/live"));
                assertEquals(200, status(port, "health/ready"));
                assertEquals(200, status(port, "metrics"));
                long resident = resident(job.pid());
                assertTrue(resident < 256 * MEGABYTE, resident + " kB");
                assertEquals(0, job.terminate().exitCode(), job.output());
            }
            assertTrue(Files.size(data.resolve("data/delingsruter.mv.db")) > 0);
            try (Stream<Path> written = Files.list(data.resolve("out"))) {
                assertTrue(written.findAny().isPresent());
            }
            storeOfAnotherUser(data, command);
        }
    }

    /** As on a volume that has moved, or a share. */
    private static void storeOfAnotherUser(Path data, List<String> start) throws IOException {
        Path file = data.resolve("data/delingsruter.mv.db");
        Files.setAttribute(file, "unix:uid", 0);
        Files.setAttribute(file, "unix:gid", 0);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
        List<String> command = new ArrayList<>(start);
        command.addAll(List.of("parked", "list"));
        try (ChildJob shared = new ChildJob(HandedOut.bare(data, command))) {
            assertEquals(0, shared.exitCode(), shared.output());
            assertTrue(
                    shared.output().contains("delingsruter.mv.db belongs to another user, and others"),
                    shared.output());
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        try (ChildJob refused = new ChildJob(HandedOut.bare(data, command))) {
            assertEquals(2, refused.exitCode(), refused.output());
            assertTrue(
                    refused.output().contains("store.url: ")
                            && refused.output().contains("belongs to the user root")
                            && refused.output().contains("(chown)"),
                    refused.output());
        }
    }

    private static boolean isRoot() throws IOException {
        Path self = Path.of("/proc/self");
        return Files.exists(self)
                && Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"))
                && (Files.exists(Path.of("/usr/bin/setpriv")) || Files.exists(Path.of("/bin/setpriv")));
    }

    private Path writable(String name) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(name));
        Files.setAttribute(folder, "unix:uid", USER);
        return folder;
    }

    /** As the kubelet lays it out: links to ..data, which is a link; no folders. */
    private Path configMap(String name, Path from) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(name));
        Path version = Files.createDirectories(folder.resolve("..2026_11_27"));
        Files.createSymbolicLink(folder.resolve("..data"), version.getFileName());
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, version.resolve(file.getFileName()));
                Files.createSymbolicLink(
                        folder.resolve(file.getFileName()), Path.of("..data").resolve(file.getFileName()));
            }
        }
        return folder;
    }

    private static void passable(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.filter(path -> !Files.isSymbolicLink(path)).toList()) {
                if (Integer.valueOf(USER).equals(Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS))) {
                    continue;
                }
                boolean enter = Files.isDirectory(path) || Files.isExecutable(path);
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(enter ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    private static long resident(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private static int status(int port, String what) throws IOException, InterruptedException {
        return Http1.CLIENT
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/observe/" + what))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
