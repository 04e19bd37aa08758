package no.delingsruter.work;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.LeaseTable;
import no.delingsruter.store.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseTakerTest {
    @TempDir
    Path directory;

    private final List<LeaseKeeper> keepers = new ArrayList<>();
    private String url;

    @AfterEach
    void close() {
        keepers.forEach(LeaseKeeper::close);
    }

    private LeaseKeeper instance(String plan, Duration ttl, String... units) {
        if (url == null) {
            url = TestDatabase.POSTGRESQL.url(directory);
            TestDatabase.POSTGRESQL.open(url).close();
        }
        LeaseTimes times = new LeaseTimes(ttl);
        LeaseKeeper keeper = new LeaseKeeper(
                new LeaseTable(
                        LeaseTable.at(url, "postgres", () -> "postgres", times.answer()),
                        "instance " + keepers.size(),
                        "1",
                        plan,
                        ttl),
                times,
                unit -> unit,
                unit -> unit,
                () -> Duration.ofMillis(100),
                new Alerts());
        keepers.add(keeper);
        for (String unit : units) {
            keeper.wanted(unit, "self");
        }
        keeper.start();
        return keeper;
    }

    private long held() {
        return keepers.stream().mapToLong(LeaseKeeper::held).sum();
    }

    private int living(Duration ttl) {
        try (LeaseTable table =
                new LeaseTable(LeaseTable.at(url, "postgres", () -> "postgres", ttl), "onlooker", "1", "plan", ttl)) {
            return table.instances().size();
        }
    }

    @Test
    @DisplayName("I16: nothing is handed over because of an instance with other routes, which may take nothing")
    void otherRoutes() {
        Duration ttl = Duration.ofSeconds(6);
        LeaseKeeper first = instance("plan", ttl, "a", "b", "c", "d");
        await().until(() -> first.held() == 4);
        instance("another plan", ttl, "a", "b", "c", "d");
        await().until(() -> living(ttl) == 2);
        await().during(Duration.ofSeconds(2)).until(() -> first.held() == 4);
        assertEquals(0, first.counts().handedOver.sum());
    }

    @Test
    @DisplayName("I16: what was handed over, and the other instance does not run, is taken back, and stays")
    void otherServices() {
        Duration ttl = Duration.ofSeconds(2);
        LeaseKeeper first = instance("plan", ttl, "a", "b", "c", "d");
        await().until(() -> first.held() == 4);
        instance("plan", ttl, "a");
        await().until(() -> first.counts().handedOver.sum() >= 2);
        await().until(() -> held() == 4);
        await().during(Duration.ofSeconds(2)).until(() -> held() == 4);
    }
}
