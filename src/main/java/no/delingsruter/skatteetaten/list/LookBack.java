package no.delingsruter.skatteetaten.list;

import java.time.Duration;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;

/**
 * How far behind the last number a list is read again for what turns up late.
 *
 * @param numbers as many behind the last one; of no account where there is a time
 * @param time    what was read within it; null where numbers count
 */
record LookBack(long numbers, Duration time) {
    /** More events than these are not remembered: what is known of them is written with every page. */
    static final int MOST_EVENTS = 5_000;

    /**
     * {@code <service>.look-back}.
     *
     * @throws ConfigurationException when it is neither a whole number nor a duration
     */
    static LookBack of(Settings settings, String service) {
        return settings.parse(
                service + ".look-back",
                text -> {
                    if (text.matches("\\d+")) {
                        return new LookBack(Integer.parseInt(text), null);
                    }
                    Duration time = Settings.parseDuration(text);
                    return new LookBack(0, time.isZero() ? null : time);
                },
                "a whole number of events, or a time such as 10m");
    }

    boolean byTime() {
        return time != null;
    }

    /** The lowest number that is remembered when {@code last} was the last one read. */
    long lowest(long last) {
        return byTime() ? Long.MIN_VALUE : last - numbers;
    }
}
