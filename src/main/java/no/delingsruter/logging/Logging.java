package no.delingsruter.logging;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.apache.logging.log4j.util.PropertiesUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Sees to it that there is one log, and that it is masked. */
public final class Logging {
    private static final String DISK_FULL = "53100";
    private static final int LONGEST_CAUSE = 200;
    private static volatile @Nullable CountedOutput output;

    private Logging() {}

    /**
     * The program's log, to be set up before anything speaks: every event is made by {@link MaskingLogEventFactory}, whatever
     * configuration the log has; the levels are ours unless a configuration is named. Takes over what would else pass the log by:
     * java.util.logging (the JDK, the PostgreSQL driver) and threads that die. A library must not do this.
     */
    public static void takeOver() {
        // Another log's jar on the class path, perhaps beside a driver, must not take the place of the masked one
        if (System.getProperty("slf4j.provider") == null) {
            System.setProperty("slf4j.provider", "org.apache.logging.slf4j.SLF4JServiceProvider");
            System.setProperty("slf4j.internal.verbosity", "WARN");
        }
        unlessSet("log4j2.logEventFactory", MaskingLogEventFactory.class.getName());
        // The log outlives the orderly stop, which says how it went
        unlessSet("log4j2.shutdownHookEnabled", "false");
        unlessSet("log4j2.configurationFile", "delingsruter-log4j2.properties");
        java.util.logging.Logger root = LogManager.getLogManager().getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new Bridge());
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> LoggerFactory.getLogger(Logging.class)
                .error("The thread {} has ended unexpectedly", thread.getName(), e));
    }

    /** Standard output, before the log takes it: see {@link CountedOutput}. */
    public static void countWhatIsLost() {
        CountedOutput counted = new CountedOutput(new FileOutputStream(FileDescriptor.out), System.err);
        output = counted;
        System.setOut(new PrintStream(
                counted,
                true,
                Charset.forName(System.getProperty("stdout.encoding", System.getProperty("native.encoding")))));
    }

    /** Why the log cannot be written now; empty when it can, or is not ours. */
    public static Optional<String> unwritten() {
        CountedOutput counted = output;
        return counted == null ? Optional.empty() : counted.unwritten();
    }

    private static void unlessSet(String name, String value) {
        if (!PropertiesUtil.getProperties().hasProperty(name)) {
            System.setProperty(name, value);
        }
    }

    /** @param numbers organisations acted for, whose numbers are shown */
    public static void show(Collection<String> numbers) {
        Masking.keep(numbers);
    }

    /** @param secret never shown from here on, in whatever text */
    public static void hide(String secret) {
        Masking.hide(secret);
    }

    /** A text as it may be shown: numbers that may be a person's, and what may open a door, taken out. */
    public static String masked(String text) {
        return Masking.own(text);
    }

    /**
     * What went wrong, in one line: SQL state, or what the innermost cause says and is; bounded, and masked as other people's texts are.
     */
    public static String cause(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                if (String.valueOf(sql.getMessage()).startsWith("No suitable driver")) {
                    return "there is no JDBC driver for its address; put its jar into ext/";
                }
                return sql.getSQLState().equals(DISK_FULL) ? "disk full" : "SQL state " + sql.getSQLState();
            }
            root = cause;
        }
        String name = root.getClass().getSimpleName();
        String said = Masking.message(root).replaceAll("\\s+", " ").strip();
        return said.isEmpty()
                ? name
                : (said.length() <= LONGEST_CAUSE ? said : said.substring(0, LONGEST_CAUSE)) + " (" + name + ")";
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
