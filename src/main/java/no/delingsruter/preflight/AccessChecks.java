package no.delingsruter.preflight;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.configuration.Settings;
import no.delingsruter.installation.OrganisationTokens;
import no.delingsruter.maskinporten.KeyFacts;
import no.delingsruter.maskinporten.MaskinportenException;
import no.delingsruter.skatteetaten.Access;
import no.delingsruter.skatteetaten.list.EventList;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;

/** Key, clock, a token for each scope and organisation, and each event list. */
final class AccessChecks {
    private static final Duration SOON = Duration.ofDays(30);
    private static final Duration AT_ONCE = Duration.ofDays(7);
    /** Maskinporten takes a grant from at most 10 s ahead of its own clock. */
    private static final Duration TOO_FAR = Duration.ofSeconds(10);

    private static final Duration FAR = Duration.ofSeconds(3);

    private final Settings settings;
    private final Catalogue catalogue;
    private final List<String> services;
    private final OrganisationTokens tokens;
    private final ListChecks checks;

    AccessChecks(
            Settings settings, Catalogue catalogue, List<String> services, boolean jobRuns, OrganisationTokens tokens) {
        this.settings = settings;
        this.catalogue = catalogue;
        this.services = services;
        this.tokens = tokens;
        this.checks = new ListChecks(settings, jobRuns);
    }

    void run(CamelContext camel, Consumer<Finding> out) {
        out.accept(key(tokens.source().key(), Instant.now()));
        Set<EventList> lists = lists(camel);
        Set<String> refused = tokens(scopes(lists), out);
        tokens.source().clockAhead().map(AccessChecks::clock).ifPresent(out);
        checks.run(camel, lists, refused, out);
    }

    /** The lists, and what their calls need, alone. */
    void lists(CamelContext camel, Consumer<Finding> out) {
        Set<EventList> lists = lists(camel);
        Set<String> scopes = lists.stream().map(EventList::scope).collect(Collectors.toCollection(LinkedHashSet::new));
        checks.run(camel, lists, tokens(scopes, out), out);
    }

    /** Those that the Kamelets' instances have made, each for itself. */
    private static Set<EventList> lists(CamelContext camel) {
        Model model = camel.getCamelContextExtension().getContextPlugin(Model.class);
        return model.getRouteDefinitions().stream()
                .map(RouteDefinition::getRouteTemplateContext)
                .filter(Objects::nonNull)
                // By its declared type it would not be found
                .flatMap(instance ->
                        instance.getLocalBeanRepository().findByTypeWithName(Object.class).values().stream())
                .filter(EventList.class::isInstance)
                .map(EventList.class::cast)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    static Finding key(KeyFacts key, Instant now) {
        String kind = key.certified() ? "a certificate" : "a key that is registered on the client";
        Instant expires = key.expires();
        if (!key.chained()) {
            return Finding.warning(
                    "key",
                    "maskinporten.keystore holds the certificate without its chain, and Maskinporten wants the full chain: put the certificates above it into the file");
        }
        if (expires == null) {
            return Finding.warning(
                    "key",
                    kind
                            + " that does not say when it expires (a registered key lives a year at most): set maskinporten.key-expires, and you are told in time");
        }
        Duration left = Duration.between(now, expires);
        String when = kind + (left.isNegative() ? " that expired at " : " that expires at ") + expires;
        String cure = key.certified()
                ? ": order a new one, and replace the file; no restart is needed"
                : ": register a new one, replace the file, and set maskinporten.key-expires";
        if (left.compareTo(AT_ONCE) < 0) {
            return Finding.wrong("key", when + cure);
        }
        return left.compareTo(SOON) < 0 ? Finding.warning("key", when + cure) : Finding.ok("key", when);
    }

    static Finding clock(Duration ahead) {
        long seconds = ahead.abs().toSeconds();
        String said = "this machine's clock is " + seconds + " s " + (ahead.isNegative() ? "behind" : "ahead of")
                + " Maskinporten's";
        if (ahead.abs().compareTo(TOO_FAR) > 0) {
            return Finding.wrong(
                    "clock", said + ": synchronise it (NTP); grants are refused, or are over before they arrive");
        }
        return ahead.abs().compareTo(FAR) > 0
                ? Finding.warning("clock", said + ": synchronise it (NTP) before grants are refused")
                : Finding.ok("clock", "this machine's clock and Maskinporten's agree");
    }

    /** @return which scope and organisation have no token */
    private Set<String> tokens(Set<String> scopes, Consumer<Finding> out) {
        Set<String> refused = new LinkedHashSet<>();
        for (String scope : scopes) {
            for (String organisation : Catalogue.organisations(settings)) {
                String whose = scope + (organisation.equals(Catalogue.SELF) ? "" : " for " + organisation);
                try {
                    tokens.token(scope, organisation);
                    out.accept(Finding.ok("token", whose));
                } catch (MaskinportenException e) {
                    refused.add(scope + " " + organisation);
                    out.accept(Finding.wrong(
                            "token",
                            (organisation.equals(Catalogue.SELF) ? "" : organisation + ": ") + e.getMessage()));
                }
            }
        }
        return refused;
    }

    private Set<String> scopes(Set<EventList> lists) {
        Set<String> scopes = new LinkedHashSet<>();
        lists.forEach(list -> scopes.add(list.scope()));
        for (String service : services) {
            Access access = new Access(settings, service);
            catalogue
                    .service(service)
                    .ifPresent(found -> Catalogue.lookups(settings, found)
                            .forEach(lookup -> scopes.add(access.scope(
                                    found.lookups().get(lookup).parameters().getOrDefault("scope", "")))));
        }
        scopes.remove("");
        return scopes;
    }
}
