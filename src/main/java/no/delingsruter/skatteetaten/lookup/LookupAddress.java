package no.delingsruter.skatteetaten.lookup;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.model.LookupKey;
import no.delingsruter.skatteetaten.PathTemplate;
import no.delingsruter.skatteetaten.Skatteetaten;
import no.delingsruter.skatteetaten.Via;

/** Where one kind of lookup is asked for: its path, and what that is filled in with. */
public final class LookupAddress {
    /** The names in its path that the lookup itself has values for; {@code event.<field>} is the event's. */
    public static final Set<String> NAMES =
            Set.of("rettighetspakke", "versjon", "identifikator", "gjelderPeriode", "gjelderPaaTidspunkt", "qualifier");

    public static final String EVENT = "event.";

    private final Skatteetaten skatteetaten;
    private final String declared;
    private final Versions versions;
    private final Map<String, PathTemplate> templates = new ConcurrentHashMap<>();

    /** @param declared path, from the route */
    LookupAddress(Skatteetaten skatteetaten, String declared, Versions versions) {
        this.skatteetaten = skatteetaten;
        this.declared = declared;
        this.versions = versions;
    }

    /**
     * The path of a lookup as it applies: {@code <service>.lookup-path.<lookup>}, {@code <service>.lookup-path}, its
     * proxy's, or the declared one.
     *
     * @param declared from the route, empty when Skatteetaten has not published it
     */
    public static String path(Settings settings, String service, String lookup, String declared) {
        return settings.find(service + ".lookup-path." + lookup)
                .or(() -> settings.find(service + ".lookup-path"))
                .or(() -> Via.of(settings, service).flatMap(way -> way.lookupPath(service, lookup)))
                .orElse(declared);
    }

    /** Your rettighetspakke for a lookup: that of the lookup, or that of its service; the organisation's own goes before. */
    public static Optional<String> rettighetspakke(
            Settings settings, String organisation, String service, String lookup) {
        String key = service + ".rettighetspakke";
        return settings.find(organisation, key + "." + lookup).or(() -> settings.find(organisation, key));
    }

    /** The path of the key's lookup as it applies. */
    String path(LookupKey key) {
        return path(skatteetaten.settings(), key.service(), key.lookup(), declared);
    }

    PathTemplate template(LookupKey key) {
        return templates.computeIfAbsent(key.service() + "/" + key.lookup(), any -> new PathTemplate(path(key)));
    }

    /**
     * What a name in the path stands for; empty for nothing.
     *
     * @param event null for none
     * @throws IllegalArgumentException when the event does not have what it must have
     */
    String value(String name, LookupKey key, Map<?, ?> event) {
        return switch (name) {
            case "rettighetspakke" ->
                rettighetspakke(skatteetaten.settings(), key.organisation(), key.service(), key.lookup())
                        .orElseThrow(() -> new ConfigurationException(key.service() + ".rettighetspakke is missing."));
            case "versjon" -> versions.of(key);
            case "identifikator" -> key.identifikator();
            case "gjelderPeriode" -> key.gjelderPeriode();
            case "qualifier" -> key.qualifier();
            case "gjelderPaaTidspunkt" -> key.snapshot() == 0 ? "" : registered(event);
            default -> {
                Object value = name.startsWith(EVENT)
                        ? event == null ? null : event.get(name.substring(EVENT.length()))
                        : skatteetaten.access(key.service()).value(key.organisation(), name);
                yield value == null ? "" : value.toString();
            }
        };
    }

    private static String registered(Map<?, ?> event) {
        if (event == null || event.get("registreringstidspunkt") == null) {
            throw new IllegalArgumentException("the event has no registreringstidspunkt to take the snapshot at");
        }
        return event.get("registreringstidspunkt").toString();
    }
}
