package no.delingsruter.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import no.delingsruter.operations.RecordedLog;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The file of tokens")
class TokensTest {
    private static final String TOKEN = "a-token-of-thirty-letters-or-so";

    @TempDir
    Path folder;

    @Test
    @DisplayName("that is gone is said once, and its tokens count until it is there again")
    void gone() throws Exception {
        Path file = Files.writeString(folder.resolve("tokens"), "kari read " + TOKEN + "\n");
        Tokens tokens = new Tokens(file);
        try (RecordedLog log = new RecordedLog(folder.resolve("log"), false)) {
            Files.delete(file);
            for (int n = 0; n < 5; n++) {
                assertTrue(tokens.of(TOKEN).isPresent());
            }
            assertEquals(
                    1,
                    log.lines().stream()
                            .filter(line -> line.contains("cannot be read"))
                            .count());
            Files.writeString(file, "# nobody\n");
            assertTrue(tokens.of(TOKEN).isEmpty());
        }
    }
}
