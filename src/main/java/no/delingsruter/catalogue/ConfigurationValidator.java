package no.delingsruter.catalogue;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import no.delingsruter.camel.ApiAddress;
import no.delingsruter.catalogue.Catalogue.Service;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.DeliveryEndpoints;
import no.delingsruter.configuration.Keys;
import no.delingsruter.configuration.Settings;
import no.delingsruter.model.ResultHeaders;
import no.delingsruter.network.Tls;
import no.delingsruter.skatteetaten.list.EventList;
import no.delingsruter.skatteetaten.lookup.BulkOppslag;
import no.delingsruter.skatteetaten.lookup.LookupAddress;
import no.delingsruter.support.ForwardProxy;
import no.delingsruter.watch.WatchPeriods;

/** Finds what is wrong with a configuration before anything is called. */
public final class ConfigurationValidator {
    private static final List<String> PATHS = List.of(
            "store.url",
            "store.answers",
            "database.url",
            "file.directory",
            "sftp.spool",
            "s3.spool",
            "watch.directory",
            "maskinporten.keystore",
            "maskinporten.jwk",
            "maskinporten.private-key");

    private static final String SYSTEMBRUKER = "maskinporten.systembruker";

    private final Settings settings;
    private final Catalogue catalogue;
    private final AddressNames addresses;

    private ConfigurationValidator(Settings settings, Catalogue catalogue) {
        this.settings = settings;
        this.catalogue = catalogue;
        this.addresses = new AddressNames(settings);
    }

    /**
     * The services that are to run.
     *
     * @throws ConfigurationException naming the key at fault
     */
    public static List<String> settings(Settings settings, Catalogue catalogue) {
        return new ConfigurationValidator(settings, catalogue).all();
    }

    /** The settings with what JVM properties and environment variables give the names in the services' addresses. */
    public static Settings adopted(Settings settings, Catalogue catalogue) {
        return AddressNames.adopted(settings, catalogue);
    }

    private List<String> all() {
        new KeyNames(settings, catalogue, addresses).check();
        List<String> services = settings.list("services");
        if (services.isEmpty()) {
            throw new ConfigurationException("services is missing: name at least one of "
                    + String.join(", ", catalogue.services().keySet()) + ".");
        }
        common();
        services.forEach(this::service);
        return services;
    }

    /** With a locale that cannot write it, the JVM refuses a path when it is used, and names no key. */
    private void paths() {
        for (String key : PATHS) {
            String letters = settings.find(key).orElse("").replaceAll("\\p{ASCII}", "");
            try {
                var unused = Path.of(letters);
            } catch (InvalidPathException e) {
                throw new ConfigurationException(
                        key
                                + ": its value has letters that this system's locale cannot write in a path; set LANG=C.UTF-8 (Java reads paths by it).");
            }
        }
    }

    private void receivers(List<String> endpoints) {
        settings.choice("kafka.key", "hash", "identifikator");
        settings.choice("outbox.aggregate-id", "hash", "identifikator");
        settings.choice("kafka.cloudevents", "true", "false");
        settings.choice("webhook.cloudevents", "true", "false");
        settings.choice("file.checksum", "none", "sha256");
        for (String needed : List.of("direct:sftp sftp.address", "direct:s3 s3.bucket")) {
            String key = needed.substring(needed.indexOf(' ') + 1);
            if (endpoints.contains(needed.substring(0, needed.indexOf(' ')))
                    && settings.find(key).isEmpty()) {
                throw new ConfigurationException(key + " is missing: " + needed.replaceFirst(" .*", "") + " needs it.");
            }
        }
        if (endpoints.contains("direct:webhook")
                && !settings.find("webhook.url").orElse("").matches("https?://.+")) {
            throw new ConfigurationException(
                    "webhook.url is missing, or no address: name where direct:webhook posts, https://...");
        }
    }

    private void common() {
        paths();
        settings.choice("skatteetaten.format", "json", "xml");
        settings.choice("delivery.unchanged", "skip", "deliver");
        settings.positive("skatteetaten.max-in-flight");
        settings.positive("skatteetaten.max-response-bytes");
        settings.positive("lookup.workers");
        settings.positive("lookup.tries");
        settings.positive("lookup.busy-tries");
        Keys.all().stream()
                .filter(key -> key.duration() && !key.name().startsWith("<"))
                .filter(key -> !key.defaultValue().isEmpty()
                        || settings.find(key.name()).isPresent())
                .forEach(key -> settings.duration(key.name()));
        settings.parse(
                "management.port",
                text -> {
                    int port = Integer.parseInt(text);
                    if (port < 0 || port > 65535) {
                        throw new IllegalArgumentException();
                    }
                    return port;
                },
                "a port, or 0 for none");
        receivers(DeliveryEndpoints.of(settings));
        settings.list("delivery.headers").stream()
                .filter(header -> !ResultHeaders.ALL.contains(header))
                .findFirst()
                .ifPresent(header -> {
                    throw new ConfigurationException("delivery.headers: '" + header + "' is not one of "
                            + String.join(", ", ResultHeaders.ALL) + ".");
                });
        try {
            ForwardProxy.from(key -> settings.find(key).orElse(""));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage() + ".");
        }
        Tls.of(settings);
        ApiAddress.address(settings, "skatteetaten.url", "api");
        settings.choice("fiks.environment", "test", "production");
        settings.find("fiks.url").ifPresent(url -> ApiAddress.address(settings, "fiks.url", ""));
        settings.values().keySet().stream()
                .filter(key -> key.startsWith("skatteetaten.url."))
                .forEach(key -> ApiAddress.address(settings, key, "api"));
        for (String organisation : settings.list("organisations")) {
            organisation("organisations", organisation);
        }
        settings.values().forEach((key, value) -> {
            if (key.equals(SYSTEMBRUKER) || (key.startsWith("organisation.") && key.endsWith("." + SYSTEMBRUKER))) {
                settings.find(key).filter(number -> !number.matches("\\d{9}")).ifPresent(number -> {
                    throw new ConfigurationException(
                            key + ": '" + number + "' is not an organisation number of nine digits.");
                });
            }
        });
        settings.find("maskinporten.consumer-org")
                .ifPresent(organisation -> organisation("maskinporten.consumer-org", organisation));
    }

    private static void organisation(String key, String value) {
        if (!value.matches("\\d{9}") && !value.equals(Catalogue.SELF)) {
            throw new ConfigurationException(key + ": '" + value + "' is not an organisation number of nine digits.");
        }
    }

    private ConfigurationException unknown(String name) {
        String named = name + ".camel.yaml";
        return catalogue.files().stream()
                .filter(file -> file.getFileName().toString().equals(named))
                .findFirst()
                .map(file -> new ConfigurationException(file
                        + ": no route in it begins with an event list (from: a Kamelet such as hendelsesliste-source, with service: "
                        + name + "); look for a misspelt word."))
                .orElseGet(() -> new ConfigurationException(
                        "services: unknown service '" + name + "'; the routes folder has " + names() + "."));
    }

    private void service(String name) {
        Service service =
                catalogue.service(name).filter(found -> !found.list().isEmpty()).orElseThrow(() -> unknown(name));
        Set<String> lookups = Set.copyOf(settings.list(name + ".lookups"));
        lookups.stream().filter(service.retired()::containsKey).findFirst().ifPresent(lookup -> {
            throw new ConfigurationException(name + ".lookups: " + lookup + " is not offered any more: "
                    + service.retired().get(lookup) + ".");
        });
        lookups.stream()
                .filter(lookup -> !service.lookups().containsKey(lookup))
                .findFirst()
                .ifPresent(lookup -> {
                    throw new ConfigurationException(name + ".lookups: '" + lookup + "' is not one of "
                            + String.join(", ", service.lookups().keySet()) + ".");
                });
        if (settings.choice(name + ".snapshot", "true", "false").equals("true")
                && !catalogue.uses(name + ".snapshot")) {
            throw new ConfigurationException(
                    name + ".snapshot: this API does not answer for a point in time (gjelderPaaTidspunkt).");
        }
        bulk(service);
        watchPeriods(settings, name);
        paths(service);
        settings.choice(name + ".identity-change", "event", "trust");
        settings.duration(name + ".poll-interval");
        pageSize(name + ".page-size");
        for (String organisation : Catalogue.organisations(settings)) {
            EventList.checkStart(settings, name, organisation);
            watched(settings, name, organisation);
            addresses.of(service, organisation);
            for (String lookup : Catalogue.lookups(settings, service)) {
                if (path(settings, service, lookup).contains("{rettighetspakke}")
                        && LookupAddress.rettighetspakke(settings, organisation, name, lookup)
                                .isEmpty()) {
                    throw new ConfigurationException(name + ".rettighetspakke is missing"
                            + (organisation.equals(Catalogue.SELF) ? "" : " for organisation " + organisation)
                            + ": it says which of Skatteetaten's rights you use for the service.");
                }
            }
        }
    }

    private void pageSize(String key) {
        int asked = settings.positive(key);
        if (asked > EventList.MOST) {
            throw new ConfigurationException(key + " is " + asked + ": Skatteetaten names " + EventList.MOST
                    + " as the most that may be asked for at a time.");
        }
    }

    private void bulk(Service service) {
        String name = service.name();
        String key = name + ".bulk";
        int most = settings.positive(key);
        if (most == 1) {
            return;
        }
        if (!catalogue.uses(key)) {
            throw new ConfigurationException(key + ": this API has no bulk lookup.");
        }
        if (most > BulkOppslag.MOST) {
            throw new ConfigurationException(key + ": more than " + BulkOppslag.MOST + " are not taken in one call.");
        }
        if (settings.find(name + ".format")
                .orElse(settings.get("skatteetaten.format"))
                .equals("xml")) {
            throw new ConfigurationException(
                    key + ": bulk lookups are made in JSON; set " + name + ".format=json, or leave it out.");
        }
        for (String lookup : Catalogue.lookups(settings, service)) {
            if (path(settings, service, lookup).matches(".*\\?.*\\{.*")) {
                throw new ConfigurationException(key + ": the query of " + service.pathKey(lookup)
                        + " differs from lookup to lookup, so that they cannot" + " share a call.");
            }
        }
    }

    private void paths(Service service) {
        if (service.list().getOrDefault("status", "").equals("unknown")
                && settings.find(service.name() + ".list-path").isEmpty()) {
            throw new ConfigurationException(service.name()
                    + ".list-path is missing: Skatteetaten has not published where this event list is; take its path from the OpenAPI"
                    + " description, from the version on, such as /v1/hendelser.");
        }
        for (String lookup : Catalogue.lookups(settings, service)) {
            String key = service.pathKey(lookup);
            String path = path(settings, service, lookup);
            if (service.lookups().get(lookup).calls() && !path.startsWith("/")) {
                throw new ConfigurationException(
                        path.isEmpty()
                                ? key + " is missing: Skatteetaten has not published the address of this lookup;"
                                        + " take its path from the OpenAPI description, from the version on, such as /v1/{rettighetspakke}/{identifikator}."
                                : key + ": '" + path + "' does not begin with /.");
            }
        }
    }

    /** The path of a lookup as it applies, empty when nobody has said. */
    public static String path(Settings settings, Service service, String lookup) {
        return LookupAddress.path(
                settings,
                service.name(),
                lookup,
                Catalogue.resolved(service.lookups().get(lookup).path(), settings));
    }

    /** Whether an organisation follows only what stands in the watch list. */
    public static boolean watched(Settings settings, String service, String organisation) {
        String own = "organisation." + organisation + "." + service + ".follow";
        return settings.choice(settings.find(own).isPresent() ? own : service + ".follow", "all", "watched")
                .equals("watched");
    }

    public static WatchPeriods watchPeriods(Settings settings, String service) {
        return settings.parse(
                service + ".watch-periods",
                WatchPeriods::new,
                "none, or periods such as last, last 3, 2023, 2020..2023, 2024-05");
    }

    private String names() {
        return catalogue.services().values().stream()
                .filter(service -> !service.list().isEmpty())
                .map(Service::name)
                .collect(Collectors.joining(", "));
    }
}
