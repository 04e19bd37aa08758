package no.delingsruter.logging;

import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.Marker;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.impl.DefaultLogEventFactory;
import org.apache.logging.log4j.core.impl.LogEventFactory;
import org.apache.logging.log4j.message.Message;
import org.apache.logging.log4j.message.SimpleMessage;

/**
 * Makes every log event, whatever the configuration of the log says: {@code log4j2.component.properties} names this class, and
 * appenders, layouts and levels only come after it. What libraries say at DEBUG and TRACE (addresses, headers, bodies, SQL
 * parameters) is withheld as a whole; everything else is masked.
 */
public final class MaskingLogEventFactory implements LogEventFactory {
    static final String OWN = "no.delingsruter.";
    private static final String WITHHELD = "(withheld, for it may hold personal data)";
    /** Writes whole messages, at INFO. */
    private static final String CAMEL_TRACER = "org.apache.camel.Tracing";
    /** Speak of connections and schemas alone, at every level. */
    private static final List<String> HARMLESS =
            List.of("com.zaxxer.hikari.pool.", "org.flywaydb.core.internal.command.");

    private final LogEventFactory events = new DefaultLogEventFactory();

    @Override
    public LogEvent createEvent(
            String logger,
            Marker marker,
            String fqcn,
            Level level,
            Message message,
            List<Property> properties,
            Throwable thrown) {
        return events.createEvent(
                logger, marker, fqcn, level, masked(logger, level, message), properties, MaskedThrowable.of(thrown));
    }

    @Override
    public LogEvent createEvent(
            String logger,
            Marker marker,
            String fqcn,
            StackTraceElement location,
            Level level,
            Message message,
            List<Property> properties,
            Throwable thrown) {
        return events.createEvent(
                logger,
                marker,
                fqcn,
                location,
                level,
                masked(logger, level, message),
                properties,
                MaskedThrowable.of(thrown));
    }

    private static Message masked(String logger, Level level, Message message) {
        String text = message == null ? "" : message.getFormattedMessage();
        if (logger != null && logger.startsWith(OWN)) {
            return new SimpleMessage(Masking.own(text));
        }
        return new SimpleMessage(mayHoldData(String.valueOf(logger), level) ? WITHHELD : Masking.others(text));
    }

    private static boolean mayHoldData(String logger, Level level) {
        return logger.equals(CAMEL_TRACER)
                || (level.isLessSpecificThan(Level.DEBUG) && HARMLESS.stream().noneMatch(logger::startsWith));
    }
}
