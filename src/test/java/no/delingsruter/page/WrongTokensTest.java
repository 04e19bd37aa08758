package no.delingsruter.page;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import no.delingsruter.operations.RecordedLog;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrongTokensTest {
    @TempDir
    Path directory;

    private static List<String> said(RecordedLog log) {
        return log.lines().stream()
                .filter(line -> line.contains("wrong token"))
                .map(line -> line.replaceFirst(".*A wrong", "A wrong"))
                .toList();
    }

    @Test
    @DisplayName("Wrong tokens are said at once, then now and then with how often, to the last one")
    void bounded() throws Exception {
        try (RecordedLog log = new RecordedLog(directory.resolve("log.txt"), false)) {
            WrongTokens wrong = new WrongTokens(Duration.ofSeconds(1));
            for (int i = 0; i < 500; i++) {
                wrong.tried("10.0.0." + i % 250);
            }
            assertEquals(List.of("A wrong token was sent to the page or /api, from 10.0.0.0"), said(log));
            await().atMost(Duration.ofSeconds(10)).until(() -> said(log).size() == 2);
            assertEquals(
                    "A wrong token was sent to the page or /api 499 more times, the last from 10.0.0.249",
                    said(log).get(1));
            await().during(Duration.ofMillis(1500))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> said(log).size() == 2);
            wrong.tried("10.0.0.7");
            assertEquals(3, said(log).size());
        }
    }
}
