package no.delingsruter.logging;

import java.util.Collection;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Sees to it that there is one log, and that it is masked. */
public final class Logging {
    private static final Logger LOG = LoggerFactory.getLogger(Logging.class);

    private Logging() {}

    /** Takes over what would else pass the log by: java.util.logging (the JDK, the PostgreSQL driver) and threads that die. */
    public static void takeOver() {
        java.util.logging.Logger root = LogManager.getLogManager().getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new Bridge());
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, e) -> LOG.error("The thread {} has ended unexpectedly", thread.getName(), e));
    }

    /** @param numbers organisations acted for, whose numbers are shown */
    public static void show(Collection<String> numbers) {
        Masking.keep(numbers);
    }

    /** A text as it may be shown: numbers that may be a person's, and what may open a door, taken out. */
    public static String masked(String text) {
        return Masking.own(text);
    }

    private static final class Bridge extends Handler {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord line) {
            if (line.getLoggerName() == null || !isLoggable(line)) {
                return;
            }
            int level = line.getLevel().intValue();
            LoggerFactory.getLogger(line.getLoggerName())
                    .atLevel(
                            level >= 1000
                                    ? Level.ERROR
                                    : level >= 900
                                            ? Level.WARN
                                            : level >= 800 ? Level.INFO : level >= 500 ? Level.DEBUG : Level.TRACE)
                    .setCause(line.getThrown())
                    .log(formatter.formatMessage(line));
        }

        @Override
        public void flush() {
            // nothing is kept
        }

        @Override
        public void close() {
            // nothing is open
        }
    }
}
