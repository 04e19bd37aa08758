package no.delingsruter.logging;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Standard output whose disk may be full, or whose reader may be gone: nobody fails for it. What could not be written is counted; that is
 * said once on standard error, and here when there is room again.
 */
final class CountedOutput extends OutputStream {
    private final OutputStream out;
    private final PrintStream elsewhere;
    private long lost;
    private String why = "";
    private LocalTime since = LocalTime.MIN;

    CountedOutput(OutputStream out, PrintStream elsewhere) {
        this.out = out;
        this.elsewhere = elsewhere;
    }

    @Override
    public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        if (unwritten().isEmpty()) {
            try {
                out.write(bytes, offset, length);
                return;
            } catch (IOException e) {
                begins(e);
            }
        }
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] == '\n') {
                lost++;
            }
        }
    }

    private void begins(IOException e) {
        why = Logging.cause(e);
        since = LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS);
        elsewhere.println("The log cannot be written: " + why
                + ". The job goes on; lines are lost, and counted, until it can be written again.");
    }

    /** Why it cannot be written now; tried again first. */
    synchronized Optional<String> unwritten() {
        if (!why.isEmpty()) {
            String said = "\n" + lost + " lines of the log were lost since " + since + ": " + why + "\n";
            try {
                out.write(said.getBytes(StandardCharsets.UTF_8));
                why = "";
                lost = 0;
            } catch (IOException e) {
                return Optional.of(why);
            }
        }
        return Optional.empty();
    }
}
