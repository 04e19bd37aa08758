package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import no.delingsruter.configuration.ConfigurationException;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.subsystem.sftp.SftpSubsystemFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

@DisplayName("direct:sftp and direct:s3: finished files, to real servers")
class FileReceiversTest {
    private static final int EVENTS = 30;

    @TempDir
    Path directory;

    private TestBed bed(String endpoint) throws IOException {
        TestBed bed = new TestBed(Files.createDirectories(directory.resolve("bed")))
                .set("delivery.endpoints", endpoint)
                .set("file.roll-size", "4KB")
                .set("file.roll-every", "2s")
                .set("file.checksum", "sha256")
                .set("sftp.spool", directory.resolve("sftp-spool").toString())
                .set("s3.spool", directory.resolve("s3-spool").toString());
        bed.simulator().list("inntekt").generate(EVENTS, EVENTS, 11, 0);
        return bed;
    }

    private SshServer sshServer(int port, Path home, KeyPair key) throws IOException {
        SshServer server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setPort(port);
        server.setKeyPairProvider(KeyPairProvider.wrap(key));
        server.setPasswordAuthenticator((user, password, session) -> user.equals("skatt") && password.equals("kort1"));
        server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
        server.setFileSystemFactory(new VirtualFileSystemFactory(home));
        server.start();
        return server;
    }

    @Test
    @DisplayName(
            "I2, I16: files wait, which is said, while the SFTP server is away; then all lines arrive in whole files"
                    + " with their digests")
    void sftp() throws Exception {
        Path home = Files.createDirectories(directory.resolve("home/inn"));
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
        keys.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair key = keys.generateKeyPair();
        SshServer server = sshServer(0, home.getParent(), key);
        int port = server.getPort();
        Path known = directory.resolve("known_hosts");
        Files.writeString(known, "[127.0.0.1]:" + port + " " + PublicKeyEntry.toString(key.getPublic()) + "\n");
        server.stop(true);
        try (TestBed bed = bed("direct:sftp")
                .set("sftp.address", "127.0.0.1:" + port + "/inn")
                .set("sftp.user", "skatt")
                .set("sftp.password", "kort1")
                .set("sftp.known-hosts", known.toString())
                .start()) {
            bed.untilDone("inntekt", Duration.ofMinutes(1));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> String.valueOf(
                                    bed.application().alerts().open().get("Files to sftp.address"))
                            .startsWith("not sent ("));
            server = sshServer(port, home.getParent(), key);
            await().atMost(Duration.ofSeconds(60)).until(() -> left("sftp-spool") == 0);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> bed.application().alerts().open().isEmpty());
        } finally {
            server.stop(true);
        }
        whole(contents(home));
    }

    @Test
    @DisplayName("Objects of an S3 store, by TLS and with the SDK's checksums, under a prefix, with their digests")
    void s3() throws Exception {
        try (ObjectStore store = new ObjectStore(directory.resolve("store"));
                S3Client client = S3Client.builder()
                        .endpointOverride(store.address())
                        .forcePathStyle(true)
                        .region(Region.US_EAST_1)
                        .credentialsProvider(StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(ObjectStore.USER, ObjectStore.PASSWORD)))
                        .build()) {
            client.createBucket(bucket -> bucket.bucket("skatt"));
            try (TestBed bed = bed("direct:s3")
                    .set("s3.bucket", "skatt")
                    .set("s3.prefix", "inn/")
                    .set("s3.region", "us-east-1")
                    .set("s3.endpoint", store.address().toString())
                    .set("s3.access-key", ObjectStore.USER)
                    .set("s3.secret-key", ObjectStore.PASSWORD)
                    .start()) {
                bed.untilDone("inntekt", Duration.ofMinutes(1));
                await().atMost(Duration.ofSeconds(60)).until(() -> left("s3-spool") == 0);
            }
            whole(contents(store.bucket("skatt").resolve("inn")));
        }
    }

    @Test
    @DisplayName("direct:file, too, rolls when asked to")
    void file() throws Exception {
        try (TestBed bed = bed("direct:file").start()) {
            bed.untilDone("inntekt", Duration.ofMinutes(1));
        }
        whole(contents(directory.resolve("bed/out")));
    }

    @Test
    @DisplayName("What is missing is said before anything is called")
    void missing() throws IOException {
        try (TestBed bed = bed("direct:sftp")) {
            String said = assertThrows(ConfigurationException.class, bed::start).getMessage();
            assertEquals("sftp.address is missing: direct:sftp needs it.", said);
        }
    }

    private long left(String spool) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(spool))) {
            return files.count();
        }
    }

    private static Map<String, byte[]> contents(Path folder) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.toList()) {
                files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    private static void whole(Map<String, byte[]> files) throws Exception {
        long lines = 0;
        int data = 0;
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (file.getKey().endsWith(".jsonl")) {
                data++;
                lines += new String(file.getValue(), StandardCharsets.UTF_8)
                        .lines()
                        .count();
                String digest = HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(file.getValue()));
                assertEquals(
                        digest + "  " + file.getKey() + "\n",
                        new String(files.get(file.getKey() + ".sha256"), StandardCharsets.US_ASCII));
            }
        }
        assertEquals(EVENTS, lines);
        assertTrue(data > 1, files.keySet()::toString);
        assertEquals(2 * data, files.size(), files.keySet()::toString);
    }
}
