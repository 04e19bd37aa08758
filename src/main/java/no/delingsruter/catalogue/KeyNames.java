package no.delingsruter.catalogue;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.EnvironmentNames;
import no.delingsruter.configuration.Keys;
import no.delingsruter.configuration.Settings;
import no.delingsruter.support.NearestName;

/** The names of what is configured, wherever it stands: what nothing reads would change nothing, in silence. */
final class KeyNames {
    private static final String SERVICE = "service";
    private static final String ORGANISATION = "organisation";
    /** The JVM has names that begin so: file.encoding. */
    private static final String OF_THE_JVM = "file";
    /** What says where all else stands. */
    private static final List<String> OF_THE_START =
            List.of("delingsruter.config", "delingsruter.routes", "delingsruter.profile", "delingsruter.ext");

    /** Shorter first words of variables are too near those of others: AMQ_USER is no misspelt AMQP_USER. */
    private static final int SHORT = 5;

    private final Settings settings;
    private final Catalogue catalogue;
    private final AddressNames addresses;
    /** All keys, those of each service by its name. */
    private final List<String> all;

    private final Set<String> firstWords;

    KeyNames(Settings settings, Catalogue catalogue, AddressNames addresses) {
        this.settings = settings;
        this.catalogue = catalogue;
        this.addresses = addresses;
        this.all = Stream.concat(
                        OF_THE_START.stream(), Keys.names(catalogue.services().keySet()).stream())
                .toList();
        this.firstWords = all.stream().map(KeyNames::firstWord).collect(Collectors.toSet());
    }

    /** @throws ConfigurationException naming a key that is none, and the nearest that is one */
    void check() {
        settings.values().keySet().forEach(this::known);
        settings.unknown().forEach(this::misspelt);
    }

    private void known(String key) {
        if (key.startsWith("camel.")
                || catalogue.uses(key)
                || (settings.source(key).equals(Settings.BY_PROGRAM)
                        && !settings.fromFiles().contains(key))) {
            return;
        }
        if (addresses.use(catalogue, key)) {
            if (key.startsWith(ORGANISATION + ".")) {
                part(key, ORGANISATION, key.split("\\.", 3)[1], Catalogue.organisations(settings));
            }
            return;
        }
        Keys.Key known = Keys.find(key).orElseThrow(() -> unknown(key));
        Map<String, String> parts = known.parts(key);
        parts.forEach((part, value) -> {
            switch (part) {
                case SERVICE -> part(key, part, value, catalogue.services().keySet());
                case "lookup" -> part(key, part, value, lookups(parts.get(SERVICE)));
                case "api" -> part(key, part, value, apis());
                case ORGANISATION -> part(key, part, value, Catalogue.organisations(settings));
                default -> {}
            }
        });
    }

    private Set<String> lookups(String service) {
        return catalogue.service(service).map(found -> found.lookups().keySet()).orElse(Set.of());
    }

    private Set<String> apis() {
        return catalogue.apis().values().stream()
                .flatMap(Set::stream)
                .map(api -> Catalogue.resolved(api, settings))
                .collect(Collectors.toSet());
    }

    private void part(String key, String part, String value, Collection<String> known) {
        if (known.contains(value)
                || (part.equals(ORGANISATION) && settings.find(key).isEmpty())) {
            return;
        }
        Optional<String> near = NearestName.of(value, known, most(value));
        String variable = settings.variables().get(key);
        if (variable != null && !settings.fromFiles().contains(key)) {
            // Of a name that only ends like a key of a service's: most are another program's
            near.ifPresent(name -> {
                throw unknown(variable, variable.replaceFirst("(?i)^" + value, name.toUpperCase(Locale.ROOT)));
            });
            return;
        }
        throw new ConfigurationException("Unknown " + part + " in the key " + key + given(key)
                + near.map(name -> "; the nearest known one is " + name)
                        .orElse(
                                part.equals(ORGANISATION)
                                        ? ": organisations does not name it"
                                        : "; known are "
                                                + known.stream().sorted().collect(Collectors.joining(", ")))
                + ".");
    }

    /** A JVM property or environment variable that sets no key. */
    private void misspelt(String name) {
        boolean variable = name.equals(EnvironmentNames.of(name));
        // One word, such as SERVICE, is anybody's
        if (catalogue.uses(name)
                || all.stream().anyMatch(key -> name.equals(variable ? EnvironmentNames.of(key) : key))
                || (variable && !name.contains("_"))) {
            return;
        }
        String first = firstWord(name);
        boolean ours = firstWords.contains(first);
        if (variable) {
            if (ours || first.length() >= SHORT) {
                NearestName.of(name, all.stream().map(EnvironmentNames::of).toList(), most(name))
                        .ifPresent(near -> {
                            throw unknown(name, near);
                        });
            }
        } else if ((ours && name.contains(".") && !first.equals(OF_THE_JVM))
                || NearestName.of(name, all, most(name)).isPresent()) {
            throw unknown(name);
        }
    }

    /** What others set is left alone, so that a name is ours only when few of its letters are others. */
    private static int most(String name) {
        return Math.min(2, name.length() / 5);
    }

    private static String firstWord(String name) {
        return name.split("[._]", 2)[0].toLowerCase(Locale.ROOT);
    }

    private ConfigurationException unknown(String key) {
        return new ConfigurationException("Unknown key " + key + given(key)
                + NearestName.of(key, all)
                        .map(name -> "; the nearest known one is " + name)
                        .orElse("")
                + ".");
    }

    private static ConfigurationException unknown(String variable, String near) {
        return new ConfigurationException(
                "Unknown environment variable " + variable + "; the nearest known one is " + near + ".");
    }

    private String given(String key) {
        return settings.unknown().contains(key) || settings.source(key).equals(Settings.BY_PROPERTY)
                ? " (given by -D)"
                : "";
    }
}
