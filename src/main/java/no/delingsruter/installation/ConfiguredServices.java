package no.delingsruter.installation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.catalogue.ConfigurationValidator;
import no.delingsruter.configuration.Settings;
import no.delingsruter.store.Dialect;
import no.delingsruter.store.Store;
import no.delingsruter.watch.WatchList;
import no.delingsruter.work.Lease;
import no.delingsruter.work.Leases;

/**
 * The services that run, and what the settings and their routes say of them.
 *
 * @param catalogue what the routes describe
 * @param services  those of it that run
 */
record ConfiguredServices(Settings settings, Catalogue catalogue, List<String> services) {
    /** @throws no.delingsruter.configuration.ConfigurationException naming the key that cannot be used */
    static ConfiguredServices of(Settings given, Catalogue catalogue) {
        Settings settings = ConfigurationValidator.adopted(given, catalogue);
        return new ConfiguredServices(settings, catalogue, ConfigurationValidator.settings(settings, catalogue));
    }

    List<String> organisations() {
        return Catalogue.organisations(settings);
    }

    /** Each service for each organisation. */
    private List<WatchList.Followed> lists() {
        return services.stream()
                .flatMap(service ->
                        organisations().stream().map(organisation -> new WatchList.Followed(service, organisation)))
                .toList();
    }

    /** Which of a service's lookups run; empty: all. */
    Set<String> lookups(String service) {
        return catalogue
                .service(service)
                .map(found -> Catalogue.lookups(settings, found))
                .orElse(Set.of());
    }

    /** Maskinporten's, of a service's lookups that run. */
    Set<String> scopes(String service) {
        return catalogue
                .service(service)
                .map(found -> Catalogue.lookups(settings, found).stream()
                        .map(lookup -> found.lookups().get(lookup).parameters().getOrDefault("scope", ""))
                        .collect(Collectors.toSet()))
                .orElse(Set.of());
    }

    /** Of a service that is refused for all. */
    Duration pause(String service) {
        return settings.duration(service + ".poll-interval");
    }

    /** Nothing is stalled before it could have waited for three calls. */
    Duration longestSilence() {
        Duration least = settings.duration("watchdog.longest-silence");
        Duration calls = settings.duration("skatteetaten.request-timeout").multipliedBy(3);
        return least.compareTo(calls) > 0 ? least : calls;
    }

    WatchList.Rules watchRules(Leases leases) {
        Set<WatchList.Followed> followed = lists().stream()
                .filter(one -> ConfigurationValidator.watched(settings, one.service(), one.organisation()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return new WatchList.Rules(
                followed,
                new LinkedHashSet<>(lists()),
                service -> ConfigurationValidator.watchPeriods(settings, service),
                one -> leases.of(one.service(), one.organisation()).epoch() != Lease.NONE);
    }

    /** The keys that say where a list begins which was begun before. Each checkpoint is read. */
    List<String> startsThatDoNotCount(Store store) {
        List<String> keys = new ArrayList<>();
        for (WatchList.Followed list : lists()) {
            boolean begun =
                    store.checkpoint(list.service(), list.organisation()).isPresent();
            String key = list.service() + ".start";
            String own = "organisation." + list.organisation() + "." + key;
            if (begun && settings.find(own).isPresent()) {
                keys.add(own);
            } else if (begun && settings.values().containsKey(key)) {
                keys.add(organisations().size() == 1 ? key : key + " of " + list.organisation());
            }
        }
        return keys;
    }

    /** To the store, at once. Workers hold one only while they deliver; a few more for the lists and the operator. */
    int connections() {
        return Math.min(30, settings.positive("lookup.workers") + 2 * lists().size() + 3);
    }

    /** Of the database that direct:database delivers to. */
    Dialect receivers() {
        String store = settings.get("store.url");
        String database = settings.find("database.url").orElse(store);
        return database.equals(store) ? Dialect.of("store", store) : Dialect.of("database", database);
    }
}
