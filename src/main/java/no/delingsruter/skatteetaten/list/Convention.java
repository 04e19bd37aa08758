package no.delingsruter.skatteetaten.list;

import java.util.Locale;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;

/** What the number that is asked from means to a list. */
enum Convention {
    INCLUSIVE,
    EXCLUSIVE;

    /**
     * {@code <service>.cursor}: null to find it out.
     *
     * @throws ConfigurationException when it is none of what it may be
     */
    static Convention configured(Settings settings, String service) {
        String text = settings.choice(service + ".cursor", "auto", "inclusive", "exclusive");
        return text.equals("auto") ? null : valueOf(text.toUpperCase(Locale.ROOT));
    }

    /** As in the configuration. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
