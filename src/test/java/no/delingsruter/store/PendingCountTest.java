package no.delingsruter.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import no.delingsruter.model.Scope;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;

class PendingCountTest {
    private static final Instant FIRST = Instant.parse("2026-11-27T12:00:00Z");

    @TempDir
    Path directory;

    private static void add(
            JdbcTemplate jdbc, String organisation, int from, int rows, Instant due, long sekvensnummer) {
        for (int i = from; i < from + rows; i++) {
            jdbc.update("""
                    insert into lookup_state (service, organisation, lookup, identifikator, gjelder_periode, qualifier, snapshot,
                        first_sekvensnummer, latest_sekvensnummer, events, identity_change, revision, attempts, due_at)
                    values ('s', ?, 'l', ?, '', '', 0, ?, 1, 1, false, 0, 0, ?)""", organisation, "k" + i, sekvensnummer, due == null ? null : due.atOffset(ZoneOffset.UTC));
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    @DisplayName(
            "What is pending is counted exactly, part by part, whatever is due at the same moment or of the same event")
    void exact(TestDatabase database) {
        String url = database.url(directory);
        try (var pool = database.open(url)) {
            JdbcTemplate jdbc = new JdbcTemplate(pool);
            PendingCount count = new PendingCount(jdbc, 10);
            add(jdbc, "none", 0, 5, null, 1);
            assertEquals(0, count.of(new Scope("s", "none", "l")).amount());
            assertNull(count.of(new Scope("s", "none", "l")).due());
            add(jdbc, "few", 0, 10, FIRST, 1);
            assertEquals(10, count.of(new Scope("s", "few", "l")).amount());
            // Each at a time of its own; all of one page; three of each event; more than a part of one event; last, of
            // an operation
            for (int i = 0; i < 33; i++) {
                add(jdbc, "many", i, 1, FIRST.plusSeconds(i), i);
            }
            for (int i = 0; i < 47; i++) {
                add(jdbc, "many", 100 + i, 1, FIRST.plusSeconds(100), i / 3);
            }
            add(jdbc, "many", 200, 35, FIRST.plusSeconds(200), 7);
            add(jdbc, "many", 300, 21, FIRST.plus(Times.LATER), 7);
            add(jdbc, "many", 400, 50, null, 7);
            PendingCount.Count many = count.of(new Scope("s", "many", "l"));
            assertEquals(33 + 47 + 35 + 21, many.amount());
            assertEquals(FIRST, many.due());
        }
    }
}
