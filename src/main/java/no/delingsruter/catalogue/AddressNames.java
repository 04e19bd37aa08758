package no.delingsruter.catalogue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import no.delingsruter.catalogue.Catalogue.Service;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.skatteetaten.Access;
import no.delingsruter.skatteetaten.PathTemplate;
import no.delingsruter.skatteetaten.Via;
import no.delingsruter.skatteetaten.lookup.LookupAddress;
import no.delingsruter.support.NearestName;

/** The names in braces of a service's addresses: each must have a value before anything is called. */
final class AddressNames {
    private static final Pattern ORGANISATION = Pattern.compile("organisation\\.[^.]+\\.");
    private static final String LIST_PATH = "/v1/hendelser";

    private final Settings settings;

    AddressNames(Settings settings) {
        this.settings = settings;
    }

    /**
     * Refuses a header that is not the configuration's to set, and a name without a value.
     *
     * @throws ConfigurationException naming the key
     */
    void of(Service service, String organisation) {
        Access access = new Access(settings, service.name());
        via(service);
        access.check(organisation);
        check(access, organisation, listPath(service), Set.of());
        for (String lookup : Catalogue.lookups(settings, service)) {
            String path = ConfigurationValidator.path(settings, service, lookup);
            if (!path.isEmpty()) {
                check(access, organisation, path, LookupAddress.NAMES);
            }
        }
    }

    private void via(Service service) {
        Via via = Via.of(settings, service.name()).orElse(null);
        if (via == null) {
            return;
        }
        String key = service.name() + ".via=" + via;
        if (via.listPath(service.name()).isEmpty()) {
            throw new ConfigurationException(key + ": it does not have the event list of " + service.name() + ".");
        }
        Catalogue.lookups(settings, service).stream()
                .filter(lookup -> via.lookupPath(service.name(), lookup).isEmpty())
                .findFirst()
                .ifPresent(lookup -> {
                    throw new ConfigurationException(key + ": it does not have the lookup " + lookup + "; it has "
                            + String.join(", ", via.lookups(service.name())) + ".");
                });
    }

    /** The settings with what JVM properties and environment variables give such names. */
    static Settings adopted(Settings settings, Catalogue catalogue) {
        AddressNames addresses = new AddressNames(settings);
        List<String> organisations = Catalogue.organisations(settings);
        return settings.adopting(catalogue.services().values().stream()
                .flatMap(service -> addresses.names(service).map(name -> service.name() + "." + name))
                .flatMap(key -> Stream.concat(
                        Stream.of(key),
                        organisations.stream().map(organisation -> "organisation." + organisation + "." + key)))
                .toList());
    }

    /** Whether a key gives such a name its value. */
    boolean use(Catalogue catalogue, String key) {
        Matcher organisation = ORGANISATION.matcher(key);
        String common = organisation.lookingAt() ? key.substring(organisation.end()) : key;
        String[] parts = common.split("\\.", 2);
        return parts.length == 2
                && catalogue
                        .service(parts[0])
                        .filter(service -> names(service).anyMatch(parts[1]::equals))
                        .isPresent();
    }

    /** The names that only the configuration can give a value. */
    private Stream<String> names(Service service) {
        return Stream.concat(
                        Stream.of(listPath(service)),
                        service.lookups().keySet().stream()
                                .map(lookup -> ConfigurationValidator.path(settings, service, lookup)))
                .filter(path -> path.startsWith("/"))
                .flatMap(path -> new PathTemplate(path).names().stream())
                .filter(name -> !LookupAddress.NAMES.contains(name) && !name.startsWith(LookupAddress.EVENT));
    }

    private String listPath(Service service) {
        return Access.listPath(
                settings, service.name(), Catalogue.resolved(service.list().getOrDefault("path", LIST_PATH), settings));
    }

    private static void check(Access access, String organisation, String path, Set<String> known) {
        List<String> names = new PathTemplate(path).names();
        for (String name : names) {
            boolean lookups = !known.isEmpty();
            if (known.contains(name) || (lookups && name.startsWith(LookupAddress.EVENT))) {
                continue;
            }
            String value = access.value(organisation, name);
            String key = access.key(name);
            if (value == null) {
                throw new ConfigurationException(key + " is missing"
                        + (organisation.equals(Catalogue.SELF) ? "" : " for organisation " + organisation)
                        + ": the address " + path + " asks for it"
                        + NearestName.of(name, new TreeSet<>(known))
                                .map(near ->
                                        "; if {" + name + "} is misspelt, the nearest known name is {" + near + "}")
                                .orElse(lookups ? "; a field of the event is written {event." + name + "}" : "")
                        + ".");
            }
            if (value.chars().allMatch(character -> character == '.')) {
                throw new ConfigurationException(key + ": '" + value + "' cannot be a part of an address.");
            }
        }
    }
}
