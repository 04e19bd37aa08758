package no.delingsruter.maskinporten;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** What the package logs, at every level. */
final class LogLines extends AbstractAppender implements AutoCloseable {
    private static final String PACKAGE = "no.delingsruter.maskinporten";

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Map<String, Set<String>> threads = new ConcurrentHashMap<>();

    LogLines() {
        super("lines", null, null, true, Property.EMPTY_ARRAY);
        start();
        Configurator.setLevel(PACKAGE, Level.TRACE);
        ((Logger) LogManager.getLogger(PACKAGE)).addAppender(this);
    }

    @Override
    public void append(LogEvent event) {
        threads.computeIfAbsent(event.getLevel().name(), level -> ConcurrentHashMap.newKeySet())
                .add(event.getThreadName());
        lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage() + " " + event.getThrown());
    }

    long count(String start) {
        return lines.stream().filter(line -> line.startsWith(start)).count();
    }

    /** Which have logged at a level. */
    Set<String> threads(String level) {
        return threads.getOrDefault(level, Set.of());
    }

    String all() {
        return String.join("\n", lines);
    }

    @Override
    public void close() {
        ((Logger) LogManager.getLogger(PACKAGE)).removeAppender(this);
        Configurator.setLevel(PACKAGE, Level.INFO);
    }
}
