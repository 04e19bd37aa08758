package no.delingsruter.skatteetaten.list;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;

/**
 * Where an event list is begun ({@code <service>.start}).
 *
 * @param text          as configured
 * @param sekvensnummer to begin at; of no meaning when it must be asked for
 * @param date          to begin at, null when the start is none
 */
record Start(String text, long sekvensnummer, LocalDate date, String organisation) {
    static final ZoneId NORWAY = ZoneId.of("Europe/Oslo");

    /** @param lowest number that an event of the list may have */
    static Start of(Settings settings, String service, String organisation, long lowest) {
        String key = service + ".start";
        return of(settings.find(organisation, key).orElse("first"), key, organisation, lowest);
    }

    /**
     * @param key    of messages
     * @param lowest number that an event of the list may have
     */
    static Start of(String text, String key, String organisation, long lowest) {
        if (text.equals("first")) {
            return new Start(text, lowest, null, organisation);
        }
        if (text.equals("now")) {
            return new Start(text, 0, LocalDate.now(NORWAY), organisation);
        }
        try {
            if (text.matches("\\d{4}-\\d{2}-\\d{2}") && LocalDate.parse(text).isAfter(LocalDate.now(NORWAY))) {
                throw new ConfigurationException(
                        key + ": '" + text + "' is in the future; no list has a number for it.");
            }
            return text.matches("\\d{4}-\\d{2}-\\d{2}")
                    ? new Start(text, 0, LocalDate.parse(text), organisation)
                    : new Start(text, Math.max(lowest, Long.parseLong(text)), null, organisation);
        } catch (DateTimeException | NumberFormatException e) {
            throw new ConfigurationException(key + ": '" + text + "' is not first, now, a date or a sequence number.");
        }
    }

    boolean first() {
        return text.equals("first");
    }

    boolean now() {
        return text.equals("now");
    }
}
