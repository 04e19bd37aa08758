package no.delingsruter.watch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import no.delingsruter.app.TestBed;
import no.delingsruter.operations.RecordedLog;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;

@Isolated("its log is all that happens meanwhile")
class WatchListTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final String HELD = "01810000001";
    private static final String HELD_IN_MARCH = "01810000002";
    private static final String STRANGER = "01810000003";

    @TempDir
    Path directory;

    private TestBed bed(TestDatabase database) {
        TestBed bed = new TestBed(directory, database, new SimulatorConfig());
        bed.set("inntekt.follow", "watched").set("inntekt.watch-periods", "2024-03");
        for (String person : List.of(HELD, HELD_IN_MARCH, STRANGER)) {
            bed.simulator().list("inntekt").publish(person, "2024-02");
            bed.simulator().list("inntekt").publish(person, "2024-03");
        }
        return bed;
    }

    private static void watch(TestBed bed, String person, String period) {
        bed.jdbc()
                .update(
                        "insert into watch (service, identifikator, gjelder_periode) values ('inntekt', ?, ?)",
                        person,
                        period);
    }

    private static Set<String> delivered(TestBed bed) {
        return new TreeSet<>(bed.jdbc()
                .queryForList("select concat(identifikator, ' ', gjelder_periode) from result", String.class));
    }

    private static void untilDelivered(TestBed bed, String... keys) {
        await().atMost(A_MINUTE).until(() -> delivered(bed).equals(Set.of(keys)) && bed.count("pending_lookup") == 0);
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I5: only events whose key, or whose identifikator, is on the watch list cost a lookup")
    void onlyWatchedKeys(TestDatabase database) {
        try (TestBed bed = bed(database)) {
            bed.set("inntekt.watch-periods", "none").set("inntekt.start", "7").start();
            watch(bed, HELD, "");
            watch(bed, HELD_IN_MARCH, "2024-03");
            untilDelivered(bed, HELD_IN_MARCH + " 2024-03");
            for (String person : List.of(HELD, HELD_IN_MARCH, STRANGER)) {
                bed.simulator().list("inntekt").publish(person, "2024-02");
                bed.simulator().list("inntekt").publish(person, "2024-03");
            }
            bed.untilDone("inntekt", A_MINUTE);
            assertEquals(Set.of(HELD + " 2024-02", HELD + " 2024-03", HELD_IN_MARCH + " 2024-03"), delivered(bed));
            assertEquals(4, bed.simulator().stats().lookups().calls(), "the first lookup for March, and three events");
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I5: a key written to the table is looked up once, and not again without an event")
    void rowsInTheTable(TestDatabase database) {
        try (TestBed bed = bed(database)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            assertEquals(0, bed.simulator().stats().lookups().calls(), "nobody is watched yet");
            watch(bed, HELD, "");
            watch(bed, HELD_IN_MARCH, "2024-02");
            untilDelivered(bed, HELD + " 2024-03", HELD_IN_MARCH + " 2024-02");
            assertEquals(2, bed.simulator().stats().lookups().calls());
            assertEquals(
                    List.of(6L, 6L),
                    bed.jdbc().queryForList("select sekvensnummer from result", Long.class),
                    "as of the checkpoint");
            long lists = bed.simulator().stats().group("inntekt", "310000001").listCalls();
            await().atMost(A_MINUTE)
                    .until(() -> bed.simulator()
                                    .stats()
                                    .group("inntekt", "310000001")
                                    .listCalls()
                            > lists + 3);
            bed.stop();
            bed.start();
            await().atMost(A_MINUTE)
                    .until(() -> bed.simulator()
                                    .stats()
                                    .group("inntekt", "310000001")
                                    .listCalls()
                            > lists + 6);
            assertEquals(2, bed.simulator().stats().lookups().calls());
        }
    }

    @Test
    @DisplayName("Files dropped into watch.directory add, remove and erase, and are gone afterwards")
    void files() throws IOException {
        try (TestBed bed = bed(TestDatabase.H2)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            drop(
                    "new.csv",
                    "\uFEFFidentifikator;gjelderPeriode\n" + HELD + ";2024-02\n\n\"" + HELD_IN_MARCH + "\";\n" + HELD
                            + ";2024-02\n");
            untilDelivered(bed, HELD + " 2024-02", HELD_IN_MARCH + " 2024-03");
            drop(
                    "more.jsonl",
                    "{\"service\":\"inntekt\",\"identifikator\":\"" + STRANGER + "\",\"gjelder_periode\":\"2024-02\"}\n"
                            + "{\"identifikator\":\"" + HELD_IN_MARCH
                            + "\",\"action\":\"erase\"}\n{\"identifikator\":\"" + HELD + "\",\"action\":\"remove\"}\n");
            untilDelivered(bed, HELD + " 2024-02", STRANGER + " 2024-02");
            assertEquals(List.of(STRANGER), bed.jdbc().queryForList("select identifikator from watch", String.class));
            await().atMost(A_MINUTE).until(() -> {
                try (Stream<Path> left = Files.list(directory.resolve("watch"))) {
                    return left.noneMatch(Files::isRegularFile);
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("A file with one line twice, in a row or not, is taken")
    void oneLineTwice(TestDatabase database) throws IOException {
        try (TestBed bed = bed(database)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            String line = HELD + ";2024-02\n";
            String other = HELD_IN_MARCH + ";2024-02\n";
            drop("in-a-row.csv", line + line);
            untilDelivered(bed, HELD + " 2024-02");
            drop("not-in-a-row.csv", line + other + line + line);
            untilDelivered(bed, HELD + " 2024-02", HELD_IN_MARCH + " 2024-02");
            assertEquals(2, bed.count("watch"));
        }
    }

    @Test
    @DisplayName("I16: a thousand files are taken in seconds")
    void manyFiles() throws IOException {
        try (TestBed bed = bed(TestDatabase.H2)) {
            bed.set("inntekt.watch-periods", "none").start().untilDone("inntekt", A_MINUTE);
            int files = 300;
            for (int i = 0; i < files; i++) {
                drop(i + ".csv", (10000000000L + i) + "\n");
            }
            long began = System.nanoTime();
            await().atMost(A_MINUTE).until(() -> bed.count("watch") == files);
            System.out.printf("%d watch files in %d ms%n", files, (System.nanoTime() - began) / 1_000_000);
        }
    }

    @Test
    @DisplayName(
            "I2, I16: a good file and a message wait while the store is away, which is said once; other files are said to stay")
    void storeAway() throws Exception {
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed = bed(TestDatabase.POSTGRESQL)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            bed.jdbc().execute("alter table watch rename to away");
            drop("good.csv", HELD + "\n");
            drop("fnr.txt", HELD + "\n");
            await().atMost(A_MINUTE)
                    .until(() -> bed.application()
                            .alerts()
                            .open()
                            .keySet()
                            .toString()
                            .contains("Watch files"));
            await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
            assertTrue(Files.exists(directory.resolve("watch/good.csv")));
            bed.jdbc().execute("alter table away rename to watch");
            await().atMost(A_MINUTE).until(() -> bed.count("watch") == 1);
            await().atMost(A_MINUTE).until(() -> !Files.exists(directory.resolve("watch/good.csv")));
            assertEquals(
                    1,
                    log.lines().stream()
                            .filter(line -> line.contains("Watch files: not taken"))
                            .count());
            assertEquals(
                    1,
                    log.lines().stream()
                            .filter(line -> line.contains("Other files in the watch folder: 1 files"))
                            .count());
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("A person is erased whatever is followed: by file, message and table, and it is said what was reached")
    void erasedWithFollowAll(TestDatabase database) throws IOException {
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed = bed(database)) {
            bed.set("inntekt.follow", "all").start().untilDone("inntekt", A_MINUTE);
            assertEquals(2, of(bed, HELD_IN_MARCH));
            drop("erase.csv", "identifikator,action\n" + HELD_IN_MARCH + ",erase\n");
            await().atMost(A_MINUTE).until(() -> of(bed, HELD_IN_MARCH) == 0);
            bed.application()
                    .camel()
                    .createProducerTemplate()
                    .sendBody("direct:watch", Map.of("identifikator", STRANGER, "action", "erase"));
            assertEquals(0, of(bed, STRANGER));
            bed.jdbc()
                    .update(
                            "insert into watch (service, organisation, identifikator, gjelder_periode, qualifier, action)"
                                    + " values ('inntekt', 'self', ?, '', '', 'erase')",
                            HELD);
            await().atMost(A_MINUTE).until(() -> of(bed, HELD) == 0);
            assertTrue(
                    log.lines().stream()
                            .anyMatch(line -> line.contains("1 keys erased: rows {") && line.contains("result=2")),
                    String.join("\n", log.lines()));
            List<Map<String, Object>> record = bed.jdbc().queryForList("select * from operation where kind = 'erase'");
            assertEquals(3, record.size(), "I12: each is on record");
            for (Map<String, Object> row : record) {
                assertEquals(
                        "inntekt self DONE",
                        row.get("service") + " " + row.get("organisation") + " " + row.get("state"));
                assertTrue(row.get("result").toString().startsWith("1 keys erased: rows {"), row.toString());
                assertTrue(row.get("finished_at") != null && row.get("reason") != null);
                Stream.of(HELD, STRANGER, HELD_IN_MARCH)
                        .forEach(person -> assertFalse(row.toString().contains(person), "I8"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I16: a row of the table asks for what a line of a file does, in any case, and stands in the way of none")
    void rowsInAnyCase(TestDatabase database) {
        try (TestBed bed = bed(database)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            watch(bed, HELD, "2024-03");
            watch(bed, HELD_IN_MARCH, "2024-03");
            untilDelivered(bed, HELD + " 2024-03", HELD_IN_MARCH + " 2024-03");
            bed.jdbc().update("update watch set action = 'ERASE' where identifikator = ?", HELD);
            bed.jdbc().update("update watch set action = 'Remove' where identifikator = ?", HELD_IN_MARCH);
            watch(bed, STRANGER, "2024-03");
            bed.jdbc().update("update watch set action = 'Add' where identifikator = ?", STRANGER);
            untilDelivered(bed, HELD_IN_MARCH + " 2024-03", STRANGER + " 2024-03");
            await().atMost(A_MINUTE).until(() -> bed.count("watch") == 1);
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I16: rows of the table that nothing comes of are said once, with the cure, until they are gone, and hold up no key")
    void idleRows(TestDatabase database) throws IOException {
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed = bed(database)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            bed.jdbc()
                    .batchUpdate(
                            "insert into watch (service, organisation, identifikator, action) values (?, ?, ?, ?)",
                            Stream.concat(
                                            IntStream.range(0, 1000).mapToObj(i -> new Object[] {
                                                "inntekt", "self", Long.toString(20810000000L + i), "delete"
                                            }),
                                            Stream.of(
                                                    new Object[] {"inntekt", "310000000", STRANGER, null},
                                                    new Object[] {"innntekt", "self", STRANGER, null},
                                                    new Object[] {"innntekt", "self", HELD, "erase"}))
                                    .toList());
            untilSaid(bed, "1003 rows of the table watch do nothing");
            untilSaid(bed, "1000 have an action that is none of add, remove, erase");
            untilSaid(bed, "3 name a service or an organisation that does not run here");
            watch(bed, HELD, "2024-03");
            untilDelivered(bed, HELD + " 2024-03");
            assertEquals(
                    1,
                    log.lines().stream()
                            .filter(line -> line.contains("rows of the table watch do nothing"))
                            .count());
            assertFalse(String.join("\n", log.lines()).contains(STRANGER), "I8");
            bed.jdbc().update("delete from watch where identifikator <> ? or service <> 'inntekt'", HELD);
            await().atMost(A_MINUTE)
                    .until(() -> bed.application().alerts().open().isEmpty());
        }
    }

    private static void untilSaid(TestBed bed, String text) {
        await().atMost(A_MINUTE)
                .untilAsserted(() -> assertTrue(
                        bed.application().alerts().open().toString().contains(text),
                        () -> bed.application().alerts().open().toString()));
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I7, I8: a row that no key can be holds up no other, is said without what it holds, and counts when it is corrected")
    void oddRows(TestDatabase database) throws IOException {
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed = bed(database)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            watch(bed, HELD, "202403");
            watch(bed, HELD, "2024-5");
            watch(bed, HELD, "2024-13");
            watch(bed, "1810000001", "2024-03");
            watch(bed, "fnr", "");
            watch(bed, STRANGER, "2024-03");
            untilDelivered(bed, STRANGER + " 2024-03");
            untilSaid(bed, "5 rows of the table watch do nothing");
            assertEquals(1, bed.simulator().stats().lookups().calls());
            String logged = String.join("\n", log.lines());
            assertTrue(logged.contains("its gjelderPeriode is neither a year (2024) nor a month (2024-05)"), logged);
            assertTrue(logged.contains("its identifikator has ten digits"), logged);
            assertFalse(logged.contains("1810000001"), logged);
            bed.jdbc()
                    .update(
                            "update watch set gjelder_periode = '2024-03', action = null where gjelder_periode = '202403'");
            bed.jdbc().update("delete from watch where action is not null");
            untilDelivered(bed, HELD + " 2024-03", STRANGER + " 2024-03");
            await().atMost(A_MINUTE)
                    .until(() -> bed.application().alerts().open().isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "A person is erased also where the service no longer runs: by file, message, table and command; a service that never was is refused")
    void erasedWhereNothingRuns(TestDatabase database) throws IOException {
        String later = "01810000004";
        try (TestBed bed = bed(database)) {
            bed.set("inntekt.follow", "all").simulator().list("inntekt").publish(later, "2024-03");
            bed.start().untilDone("inntekt", A_MINUTE);
            List<String> persons = List.of(HELD, HELD_IN_MARCH, STRANGER, later);
            persons.forEach(person -> assertTrue(of(bed, person) > 0));
            bed.stop();
            bed.set("services", "folkeregisteret")
                    .set("folkeregisteret.lookups", "person")
                    .set("folkeregisteret.start", "now")
                    .start();
            drop("typo.csv", "service,identifikator,action\ninnntekt," + HELD + ",erase\n");
            await().atMost(A_MINUTE).until(() -> Files.exists(directory.resolve("watch/refused/typo.csv")));
            drop("erase.csv", "identifikator,action\n" + HELD + ",erase\n");
            bed.application()
                    .camel()
                    .createProducerTemplate()
                    .sendBody(
                            "direct:watch", Map.of("service", "inntekt", "identifikator", STRANGER, "action", "erase"));
            bed.jdbc()
                    .update(
                            "insert into watch (service, identifikator, action) values ('inntekt', ?, 'erase')",
                            HELD_IN_MARCH);
            Path one = Files.writeString(directory.resolve("one"), later);
            String said = bed.command("erase", "--from", one.toString(), "--because", "asked for");
            assertTrue(said.contains("To be erased from 2 lists, 1 of them of services that do not run"), said);
            for (String person : persons) {
                for (String table : List.of("result", "result_earlier", "lookup_state", "watch")) {
                    await(table)
                            .atMost(A_MINUTE)
                            .until(() -> bed.jdbc()
                                            .queryForObject(
                                                    "select count(*) from " + table + " where identifikator = ?",
                                                    Integer.class,
                                                    person)
                                    == 0);
                }
            }
            assertEquals("{}", bed.application().alerts().open().toString());
            bed.stop();
            bed.set("services", "inntekt").start();
            bed.booksBalance("inntekt");
        }
    }

    private static int of(TestBed bed, String identifikator) {
        return bed.jdbc()
                .queryForObject("select count(*) from result where identifikator = ?", Integer.class, identifikator);
    }

    private void drop(String name, String text) throws IOException {
        Path folder = directory.resolve("watch");
        Path other = Files.writeString(directory.resolve("being-written"), text);
        await().pollDelay(Duration.ZERO).atMost(A_MINUTE).until(() -> Files.isDirectory(folder));
        Files.move(other, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    @DisplayName("I8: a file with a bad line is set aside whole, and nothing it holds is logged")
    void badFile() throws IOException {
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), true);
                TestBed bed = bed(TestDatabase.H2)) {
            bed.start();
            drop(HELD + ".csv", HELD + "\n" + HELD_IN_MARCH + ",March\n");
            await().atMost(A_MINUTE).until(() -> Files.exists(directory.resolve("watch/refused/" + HELD + ".csv")));
            assertEquals(0, bed.count("watch"));
            String logged = String.join("\n", log.lines());
            assertTrue(
                    logged.contains("line 2: its gjelderPeriode is neither a year (2024) nor a month (2024-05)"),
                    logged);
            assertFalse(logged.contains(HELD), logged);
        }
    }

    @Test
    @DisplayName(
            "A table saved by a spreadsheet is taken: sep=, semicolons, tabs, empty rows, cells and columns, odd blanks; a lost leading zero is refused, naming the line")
    void spreadsheet() throws IOException {
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed = bed(TestDatabase.H2)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            drop(
                    "saved.csv",
                    "\uFEFFsep=;\r\nidentifikator;gjelderPeriode;;\r\n\u00A0" + HELD + "\u00A0;2024-02;;\r\n\""
                            + HELD_IN_MARCH + "\";2024-03\r\n;;;\r\n\"\";\"\"\r\n\u00A0;\r\n");
            untilDelivered(bed, HELD + " 2024-02", HELD_IN_MARCH + " 2024-03");
            drop("tabs.csv", "identifikator\tgjelderPeriode\n" + STRANGER + "\t2024-03\t\n\t\n");
            untilDelivered(bed, HELD + " 2024-02", HELD_IN_MARCH + " 2024-03", STRANGER + " 2024-03");
            drop("lost.csv", "identifikator;gjelderPeriode\n" + HELD + ";2024-03\n1810000001;2024-03\n");
            await().atMost(A_MINUTE).until(() -> Files.exists(directory.resolve("watch/refused/lost.csv")));
            assertEquals(3, bed.count("watch"));
            String logged = String.join("\n", log.lines());
            assertTrue(logged.contains("line 3: its identifikator has ten digits"), logged);
            assertFalse(logged.contains("1810000001"), logged);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fnr", "personnummer;", "Orgnr", "fnr;gjelderPeriode", "navn\tfnr"})
    @DisplayName(
            "I5: a file whose first line names other columns is refused with the cure, and no column's name is looked up")
    void otherHeader(String header) throws IOException {
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed = bed(TestDatabase.H2)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            drop("keys.csv", header + "\n" + HELD + "\n");
            await().atMost(A_MINUTE).until(() -> !Files.exists(directory.resolve("watch/keys.csv")));
            assertEquals(0, bed.count("watch"));
            assertTrue(String.join("\n", log.lines()).contains("line 1: the first line names no column identifikator"));
            Path keys = Files.writeString(directory.resolve("refetch.csv"), header + "\n" + HELD + "\n");
            String said = bed.command("refetch", "--service", "inntekt", "--keys", keys.toString(), "--because", "x");
            assertTrue(said.contains("line 1: the first line names no column identifikator"), said);
        }
    }

    @Test
    @DisplayName("I16: an empty file is said and holds up no other; a file of column names alone is taken")
    void emptyFile() throws IOException {
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed = bed(TestDatabase.H2)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            drop("empty.csv", "");
            Path empty = directory.resolve("watch/empty.csv");
            assertTrue(empty.toFile().setLastModified(System.currentTimeMillis() - 70_000));
            drop("names.csv", "identifikator,gjelderPeriode\n");
            drop("keys.csv", HELD + ";2024-03\n");
            long began = System.nanoTime();
            untilDelivered(bed, HELD + " 2024-03");
            assertTrue(System.nanoTime() - began < Duration.ofSeconds(8).toNanos(), "it stands before the others");
            untilSaid(bed, "1 files in watch.directory are empty and are left where they are");
            await().atMost(A_MINUTE)
                    .until(() -> log.lines().toString().contains("Watch list: a file with 0 keys was taken"));
            Files.delete(empty);
            await().atMost(A_MINUTE)
                    .until(() -> bed.application().alerts().open().isEmpty());
        }
    }

    @Test
    @DisplayName("I16: a refused file that cannot be put aside is said once, with the cure, until it is gone")
    void cannotBePutAside() throws IOException {
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed = bed(TestDatabase.H2)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            await().atMost(A_MINUTE).until(() -> Files.isDirectory(directory.resolve("watch")));
            Files.createFile(directory.resolve("watch/refused"));
            drop("bad.csv", HELD + ",March\n");
            untilSaid(bed, "one is refused (line 1: its gjelderPeriode is neither");
            await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
            List<String> said = log.lines().stream()
                    .filter(line -> line.startsWith("WARN") || line.startsWith("ERROR"))
                    .toList();
            assertEquals(
                    1,
                    said.stream()
                            .filter(line -> line.contains("cannot be put aside"))
                            .count(),
                    said.toString());
            assertTrue(said.size() <= 3, said.toString());
            Files.delete(directory.resolve("watch/bad.csv"));
            await().atMost(A_MINUTE)
                    .until(() -> !bed.application().alerts().open().containsKey("Watch files"));
        }
    }

    @Test
    @DisplayName("Messages add keys, whatever their form; a bad one is refused to its sender")
    void messages() {
        try (TestBed bed = bed(TestDatabase.H2)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            var sender = bed.application().camel().createProducerTemplate();
            sender.sendBody("direct:watch", Map.of("identifikator", HELD, "gjelderPeriode", "2024-02"));
            sender.sendBody(
                    "direct:watch",
                    ("[{\"identifikator\":\"" + HELD_IN_MARCH + "\"}]").getBytes(StandardCharsets.UTF_8));
            sender.sendBody("direct:watch", STRANGER + ";2024-03");
            untilDelivered(bed, HELD + " 2024-02", HELD_IN_MARCH + " 2024-03", STRANGER + " 2024-03");
            assertThrows(
                    RuntimeException.class, () -> sender.sendBody("direct:watch", "{\"identifikator\":1810000001}"));
            assertEquals(3, bed.count("watch"));
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "A key that is deleted from the table costs no lookup any more; one that is marked erase leaves nothing behind")
    void removedAndErased(TestDatabase database) {
        try (TestBed bed = bed(database)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            watch(bed, HELD, "");
            watch(bed, HELD_IN_MARCH, "");
            untilDelivered(bed, HELD + " 2024-03", HELD_IN_MARCH + " 2024-03");
            bed.jdbc().update("delete from watch where identifikator = ?", HELD);
            bed.jdbc().update("update watch set action = 'erase' where identifikator = ?", HELD_IN_MARCH);
            await().atMost(A_MINUTE).until(() -> bed.count("watch") == 0);
            long calls = bed.simulator().stats().lookups().calls();
            bed.simulator().list("inntekt").publish(HELD, "2024-03");
            bed.simulator().list("inntekt").publish(HELD_IN_MARCH, "2024-03");
            bed.untilDone("inntekt", A_MINUTE);
            assertEquals(calls, bed.simulator().stats().lookups().calls());
            assertEquals(Set.of(HELD + " 2024-03"), delivered(bed));
            for (String table : List.of("result", "result_history", "lookup_state", "pending_lookup", "parked")) {
                assertEquals(
                        0,
                        bed.jdbc()
                                .queryForObject(
                                        "select count(*) from " + table + " where identifikator = ?",
                                        Integer.class,
                                        HELD_IN_MARCH),
                        table);
            }
        }
    }

    @Test
    @DisplayName("A key that is removed while its lookup is pending or under way is not delivered")
    void removedUnderWay() {
        try (TestBed bed = bed(TestDatabase.H2)) {
            bed.simulator().latency("inntekt", Call.Kind.LOOKUP, Latency.constant(1500));
            bed.start().untilDone("inntekt", A_MINUTE);
            watch(bed, HELD, "2024-03");
            await().atMost(A_MINUTE).until(() -> bed.simulator().stats().inFlight() == 1);
            bed.jdbc().update("update watch set action = 'erase'");
            await().atMost(A_MINUTE)
                    .until(() ->
                            bed.count("watch") == 0 && bed.simulator().stats().inFlight() == 0);
            bed.simulator().latency("inntekt", null, Latency.NONE);
            watch(bed, STRANGER, "2024-03");
            untilDelivered(bed, STRANGER + " 2024-03");
            assertEquals(0, bed.count("parked"));
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "I5: a lookup that needs a qualifier has its first lookup when the key gives one, each once; without one its events alone, which is said")
    void qualifiers(TestDatabase database) throws IOException {
        String service = "formuesgrunnlageiendomsskatt";
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed = new TestBed(directory, database, new SimulatorConfig())) {
            bed.set("services", service)
                    .set(service + ".follow", "watched")
                    .set(service + ".rettighetspakke", "test")
                    .set(service + ".poll-interval", "200ms");
            bed.set(
                    service + ".lookup-path",
                    "/v1/{rettighetspakke}/{identifikator}/{gjelderPeriode}?kommunenummer={qualifier}");
            bed.set(service + ".identifikator-field", "eksternIdentifikator");
            bed.simulator().list(service).publish(HELD, "2023");
            bed.set(service + ".start", "2").start();
            drop(
                    "keys.csv",
                    "identifikator,gjelderPeriode,qualifier\n" + HELD + ",2023,0301\n" + HELD + ",2023,4601\n"
                            + STRANGER + ",2023,\n");
            await().atMost(A_MINUTE)
                    .until(() -> bed.jdbc()
                                    .queryForObject(
                                            "select count(*) from watch where requested_at is not null", Integer.class)
                            == 3);
            await().atMost(A_MINUTE).until(() -> bed.count("pending_lookup") == 0);
            assertEquals(
                    Set.of(HELD + " 2023 0301 found", HELD + " 2023 4601 found"),
                    new TreeSet<>(bed.jdbc()
                            .queryForList(
                                    "select concat(identifikator, ' ', gjelder_periode, ' ', qualifier, ' ', outcome) from result",
                                    String.class)));
            assertEquals(2, bed.simulator().stats().lookups().calls());
            String logged = String.join("\n", log.lines());
            assertTrue(
                    logged.contains("the first lookup " + service + " of a new key needs a qualifier (kommunenummer)"),
                    logged);
            drop(
                    "gone.jsonl",
                    "{\"identifikator\":\"" + HELD
                            + "\",\"gjelderPeriode\":\"2023\",\"qualifier\":\"4601\",\"action\":\"remove\"}\n");
            await().atMost(A_MINUTE).until(() -> bed.count("watch") == 2);
            assertEquals(
                    List.of("0301"),
                    bed.jdbc().queryForList("select qualifier from watch where identifikator = ?", String.class, HELD));
        }
    }

    @Test
    @DisplayName(
            "Folkeregisteret: a person on the watch list has a first lookup; documents, which events alone name, have none, which is said")
    void documents() {
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false);
                TestBed bed = new TestBed(directory)) {
            bed.set("services", "folkeregisteret")
                    .set("folkeregisteret.follow", "watched")
                    .set("folkeregisteret.poll-interval", "200ms");
            bed.set("folkeregisteret.lookups", "person,persondokument").set("folkeregisteret.start", "now");
            bed.simulator().list("folkeregisteret").publish(HELD, null);
            bed.start();
            bed.jdbc()
                    .update(
                            "insert into watch (service, identifikator, qualifier) values ('folkeregisteret', ?, 'whatever')",
                            HELD);
            await().atMost(A_MINUTE).until(() -> bed.count("result") == 1);
            assertEquals(List.of("person"), bed.jdbc().queryForList("select lookup from result", String.class));
            assertEquals(0, bed.count("pending_lookup") + bed.count("parked"));
            String logged = String.join("\n", log.lines());
            assertTrue(
                    logged.contains("Watch list of folkeregisteret: its lookup persondokument is made for events only"),
                    logged);
            assertFalse(logged.contains("its lookup hendelsesdokument"), "it does not run");
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName("I14: who is erased and a group of results that is being written never wait for each other")
    void sameOrder(TestDatabase database) {
        try (TestBed bed = bed(database)) {
            bed.start().untilDone("inntekt", A_MINUTE);
            watch(bed, HELD, "");
            watch(bed, HELD_IN_MARCH, "");
            untilDelivered(bed, HELD + " 2024-03", HELD_IN_MARCH + " 2024-03");
            SingleConnectionDataSource group;
            try {
                group = new SingleConnectionDataSource(bed.dataSource().getConnection(), true);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            JdbcTemplate jdbc = new JdbcTemplate(group);
            new TransactionTemplate(new DataSourceTransactionManager(group)).executeWithoutResult(status -> {
                jdbc.execute(database == TestDatabase.H2 ? "set lock_timeout 500" : "set lock_timeout = 500");
                jdbc.update("update result set version = version where identifikator = ?", HELD_IN_MARCH);
                bed.jdbc().update("update watch set action = 'erase'");
                await().atMost(A_MINUTE).until(() -> bed.jdbc().queryForObject(database.waiting(), Integer.class) > 0);
                for (String person : List.of(HELD, HELD_IN_MARCH)) {
                    jdbc.update("update lookup_state set revision = revision where identifikator = ?", person);
                }
            });
            group.destroy();
            await().atMost(A_MINUTE).until(() -> bed.count("result") + bed.count("lookup_state") == 0);
        }
    }
}
