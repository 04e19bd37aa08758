package no.delingsruter.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import no.delingsruter.app.ChildJob;
import no.delingsruter.app.TestBed;
import no.delingsruter.maskinporten.KeyFacts;
import no.delingsruter.preflight.Finding.Level;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;

@DisplayName("A check finds out what a start would meet: each trouble is one sentence with its cure")
class PreflightTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

    @TempDir
    Path directory;

    private static List<Finding> run(TestBed bed, boolean jobRuns) {
        List<Finding> findings = new ArrayList<>();
        new Preflight(bed.settings(), bed.routes(), jobRuns).run(findings::add);
        return findings;
    }

    private static void found(List<Finding> findings, Level level, String what, String said) {
        assertTrue(
                findings.stream()
                        .anyMatch(finding -> finding.level() == level
                                && finding.what().equals(what)
                                && finding.detail().contains(said)),
                () -> level + " " + what + " " + said + " is not among\n"
                        + String.join(
                                "\n", findings.stream().map(Finding::toString).toList()));
    }

    private static void found(List<Finding> findings, String expected, String said) {
        String[] parts = expected.split(" ", 2);
        found(findings, Level.valueOf(parts[0]), parts[1], said);
    }

    @ParameterizedTest
    @CsvSource({"H2", "POSTGRESQL"})
    @DisplayName("I1, I5: all that is well is said; one token, one call to the list, no lookup, nothing stored")
    void well(TestDatabase database) {
        try (TestBed bed = TestBed.withoutStore(directory, database)) {
            bed.set("management.port", "0")
                    .set("delivery.endpoints", "direct:database,direct:file")
                    .set(
                            "maskinporten.key-expires",
                            LocalDate.now(ZoneOffset.UTC).plusDays(200).toString());
            List<Finding> findings = run(bed, false);
            assertEquals(
                    List.of(),
                    findings.stream()
                            .filter(finding -> finding.level() == Level.WRONG)
                            .toList());
            found(findings, "OK token", "skatteetaten:inntekt");
            found(findings, "OK list", "inntekt: it answers");
            found(findings, "OK key", "expires at");
            found(findings, "OK store", database == TestDatabase.H2 ? "is not there yet" : "the start makes them");
            assertEquals(
                    1,
                    bed.simulator().stats().groups().stream()
                            .filter(group -> group.group().equals("inntekt"))
                            .mapToLong(group -> group.calls())
                            .sum());
            assertFalse(Files.exists(directory.resolve("out")));
            bed.start().stop();
            found(run(bed, false), "OK store", database == TestDatabase.H2 ? "the file " : "PostgreSQL ");
        }
    }

    @Test
    @DisplayName("I1: beside a running job, no list is called")
    void besideAJob() {
        try (TestBed bed = new TestBed(directory)) {
            bed.start();
            long before = calls(bed);
            List<Finding> findings = run(bed, true);
            found(findings, "OK list", "not called: a job works on this store");
            found(findings, "OK store", "a running job has it open");
            assertTrue(calls(bed) <= before + 20, "the job's own calls alone");
        }
    }

    private static long calls(TestBed bed) {
        return bed.simulator().stats().calls();
    }

    @ParameterizedTest(name = "{2}={3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "WRONG key         | names a file that does not exist        | maskinporten.jwk            | /nowhere/key.jwk",
                "WRONG token       | check that maskinporten.client-id is right | maskinporten.client-id   | somebody-else",
                "WRONG token       | could not be reached                    | maskinporten.token-url      | http://localhost:1/token",
                "WARNING addresses | names another host than                  | maskinporten.audience       | https://ver2.maskinporten.no/",
                "WARNING addresses | skatteetaten.url is not encrypted        | skatteetaten.url            | http://{api}.invalid",
                "WARNING addresses | different environments                  | skatteetaten.url            | https://{api}.test.invalid",
                "WRONG list        | no whole answer                         | skatteetaten.url            | http://localhost:1/{api}",
                "WRONG list        | not an address of the API               | inntekt.list-path           | /v9/nothing",
                "WRONG store       | the database cannot be used             | store.url                   | jdbc:postgresql://localhost:1/store",
                "WRONG store       | cannot be                               | store.url                   | jdbc:h2:file:/proc/store/x",
                "WARNING store     | what is in memory is lost               | store.url                   | jdbc:h2:mem:lost",
                "WRONG receiver    | database.url: the database cannot be used | database.url              | jdbc:postgresql://localhost:1/results",
                "WRONG receiver    | cannot be reached: check the address, and that the broker runs | delivery.endpoints | direct:jms",
                "WRONG receiver    | cannot be reached: check the address, the receiver | delivery.endpoints | http://localhost:1/in",
                "WRONG receiver    | no such host                            | delivery.endpoints          | http://nobody.invalid/in",
                "WRONG receiver    | kafka.brokers (localhost:1) cannot be reached | delivery.endpoints=direct:kafka kafka.brokers | localhost:1",
                "WRONG receiver    | sftp.address (localhost:1/in) cannot be reached | delivery.endpoints=direct:sftp sftp.user=u sftp.password=p sftp.known-hosts=pom.xml sftp.address | localhost:1/in",
                "WRONG receiver    | s3.endpoint (http://localhost:1) cannot be reached | delivery.endpoints=direct:s3 s3.bucket=b s3.access-key=a s3.secret-key=s s3.endpoint | http://localhost:1",
                "WRONG receiver    | amqp.url (amqp://localhost:1) cannot be reached | delivery.endpoints=direct:amqp amqp.url | amqp://localhost:1",
                "OK proxy          | go by proxy.invalid                     | proxy.url                   | http://proxy.invalid:3128",
                "OK receiver       | cannot be without a delivery            | delivery.endpoints          | log:results",
                "WARNING port      | management.port is not set              | management.port             | 0",
                "WRONG port        | is no address of this machine           | management.host             | nobody.invalid",
                "WARNING key       | set maskinporten.key-expires            | maskinporten.key-expires    | ''",
                "WARNING configuration | five calls at a time                | skatteetaten.max-in-flight  | 6",
            })
    @DisplayName("One setting that is wrong")
    void trouble(String expected, String said, String key, String value) {
        try (TestBed bed = new TestBed(directory)) {
            bed.set("management.port", key.equals("management.port") ? "0" : "29876");
            String[] keys = key.split(" ", -1);
            for (String other : List.of(keys).subList(0, keys.length - 1)) {
                bed.set(other.replaceFirst("=.*", ""), other.replaceFirst(".*=", ""));
            }
            bed.set(keys[keys.length - 1], value);
            found(run(bed, false), expected.strip(), said);
        }
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{type: status, status: 403}    | check the rettighetspakke and that the organisation has the scope",
                "{type: status, status: 503}    | 503",
                "{type: status, status: 302}    | redirect",
            })
    @DisplayName("A list that does not answer as it should")
    void list(String action, String said) {
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().faults().add("{name: start, match: {call: list}, action: " + action + "}");
            found(run(bed, false), "WRONG list", said);
        }
    }

    @Test
    @DisplayName("A scope that the client lacks, and its list is not called")
    void scope() {
        try (TestBed bed = new TestBed(directory)) {
            bed.simulator().withhold(TestBed.CLIENT, "skatteetaten:inntekt");
            List<Finding> findings = run(bed, false);
            found(findings, "WRONG token", "skatteetaten:inntekt");
            found(findings, "WRONG list", "there is no token for it");
        }
    }

    @Test
    @DisplayName("A port, a folder and a schema that cannot be used")
    void taken() throws Exception {
        try (TestBed bed = new TestBed(directory, TestDatabase.POSTGRESQL, new SimulatorConfig());
                ServerSocket other = new ServerSocket(0)) {
            Files.writeString(directory.resolve("out"), "");
            bed.set("management.port", "" + other.getLocalPort())
                    .set("management.host", "0.0.0.0")
                    .set("delivery.endpoints", "direct:file,direct:database");
            List<Finding> findings = run(bed, false);
            found(findings, "WRONG port", "another program has it");
            found(findings, "WRONG receiver", "is a file; name a folder");
            try (var pool = TestDatabase.POSTGRESQL.open(bed.storeUrl())) {
                new JdbcTemplate(pool)
                        .update(
                                "insert into delingsruter_schema (installed_rank, version, description, type, script, checksum,"
                                        + " installed_by, execution_time, success) values (99, '99', 'n', 'SQL', 'V99__n.sql', 1, 'n', 1, true)");
            }
            found(run(bed, false), "WRONG store", "written by a newer version of this program (schema 99");
            bed.set("store.url", bed.storeUrl() + "?currentSchema=finnesikke");
            found(run(bed, false), "WRONG store", "the schema that it names (currentSchema) is not there");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true, true, 200, OK, expires at",
        "true, true, 20, WARNING, order a new one",
        "true, true, 3, WRONG, order a new one",
        "false, true, -3, WRONG, that expired at",
        "false, true, 20, WARNING, set maskinporten.key-expires",
        "true, false, 200, WARNING, without its chain"
    })
    @DisplayName("The key's end and its chain")
    void key(boolean certified, boolean chained, int days, Level level, String said) {
        Finding finding = AccessChecks.key(new KeyFacts(certified, chained, NOW.plus(Duration.ofDays(days))), NOW);
        found(List.of(finding), level, "key", said);
    }

    @ParameterizedTest
    @CsvSource({
        "1, OK, agree",
        "-1, OK, agree",
        "5, WARNING, 5 s ahead",
        "-31, WRONG, 31 s behind",
        "75, WRONG, synchronise it"
    })
    @DisplayName("The clock")
    void clock(long seconds, Level level, String said) {
        found(List.of(AccessChecks.clock(Duration.ofSeconds(seconds))), level, "clock", said);
    }

    @Test
    @DisplayName("Little room on a disk, and a heap too small for the largest answer")
    void machine() {
        Path here = Path.of("here");
        found(List.of(MachineChecks.disk("store.url", here, 10_000_000)), Level.WRONG, "disk", "10 MB free");
        found(List.of(MachineChecks.disk("store.url", here, 500_000_000)), Level.WARNING, "disk", "make room");
        found(List.of(MachineChecks.memory(64_000_000, 20_000_000)), Level.WARNING, "memory", "-Xmx320m");
    }

    @Test
    @DisplayName("I8: the command ends with 2 for what is wrong, and names no person and no secret")
    void command() throws Exception {
        try (TestBed bed = new TestBed(directory)) {
            Path key = Files.writeString(directory.resolve("key.csv"), "01810012345;2024-03");
            bed.set("delivery.endpoints", "http://localhost:1/in?authPassword=kort1");
            try (ChildJob check = bed.child("check", "--key", key.toString())) {
                assertEquals(2, check.exitCode());
                assertTrue(check.output().contains("ok       lookup"), check.output());
                assertTrue(check.output().contains("1 wrong."), check.output());
                assertFalse(
                        check.output().contains("01810012345") || check.output().contains("kort1"), check.output());
            }
        }
    }
}
