package no.delingsruter.operations;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** All that is logged while it is open, stack traces included, in a file. */
public final class RecordedLog extends AbstractAppender implements AutoCloseable {
    private final Path file;
    private final PrintWriter out;
    private final LoggerContext context = LoggerContext.getContext(false);
    private final Configuration before = context.getConfiguration();

    /**
     * @param all     for all loggers the lowest level; else the levels stay as they are
     */
    public RecordedLog(Path file, boolean all) {
        super("recorded-" + file.getFileName(), null, null, true, Property.EMPTY_ARRAY);
        this.file = file;
        try {
            out = new PrintWriter(Files.newBufferedWriter(file), true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
        if (all) {
            before.getLoggers().keySet().forEach(name -> Configurator.setLevel(name, Level.ALL));
            Configurator.setRootLevel(Level.ALL);
            before.getRootLogger().getAppenders().keySet().forEach(before.getRootLogger()::removeAppender);
        }
        before.getRootLogger().addAppender(this, null, null);
        context.updateLoggers();
    }

    @Override
    public synchronized void append(LogEvent event) {
        out.println(event.getLevel() + " " + event.getThreadName() + " " + event.getLoggerName() + " - "
                + event.getMessage().getFormattedMessage());
        if (event.getThrown() != null) {
            event.getThrown().printStackTrace(out);
        }
    }

    public synchronized List<String> lines() {
        try {
            out.flush();
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        before.getRootLogger().removeAppender(getName());
        context.reconfigure();
        out.close();
    }
}
