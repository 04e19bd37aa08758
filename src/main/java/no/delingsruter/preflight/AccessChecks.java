package no.delingsruter.preflight;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.configuration.Settings;
import no.delingsruter.installation.OrganisationTokens;
import no.delingsruter.maskinporten.KeyFacts;
import no.delingsruter.maskinporten.MaskinportenException;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.observation.Statistics;
import no.delingsruter.skatteetaten.Access;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.list.EventList;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;

/** Key, clock, a token for each scope and organisation, and one call to each event list. */
final class AccessChecks {
    private static final Duration SOON = Duration.ofDays(30);
    private static final Duration AT_ONCE = Duration.ofDays(7);
    /** Maskinporten takes a grant from at most 10 s ahead of its own clock. */
    private static final Duration TOO_FAR = Duration.ofSeconds(10);

    private static final Duration FAR = Duration.ofSeconds(3);

    private final Settings settings;
    private final Catalogue catalogue;
    private final List<String> services;
    private final boolean jobRuns;
    private final OrganisationTokens tokens;

    AccessChecks(
            Settings settings, Catalogue catalogue, List<String> services, boolean jobRuns, OrganisationTokens tokens) {
        this.settings = settings;
        this.catalogue = catalogue;
        this.services = services;
        this.jobRuns = jobRuns;
        this.tokens = tokens;
    }

    void run(CamelContext camel, Consumer<Finding> out) {
        out.accept(key(tokens.source().key(), Instant.now()));
        Set<EventList> lists = lists(camel);
        Set<String> refused = tokens(lists, out);
        tokens.source().clockAhead().map(AccessChecks::clock).ifPresent(out);
        lists(camel, lists, refused, out);
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
    private Set<String> tokens(Set<EventList> lists, Consumer<Finding> out) {
        Set<String> refused = new LinkedHashSet<>();
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

    private void lists(CamelContext camel, Set<EventList> lists, Set<String> refused, Consumer<Finding> out) {
        if (jobRuns) {
            out.accept(
                    Finding.ok(
                            "list",
                            "not called: a job works on this store and reads the lists itself; its log, readiness and metrics say how it gets on"));
            return;
        }
        TreeMap<String, EventList> byName = new TreeMap<>();
        lists.forEach(list -> byName.put(list.service(), list));
        for (EventList list : byName.values()) {
            for (String organisation : Catalogue.organisations(settings)) {
                out.accept(
                        refused.contains(list.scope() + " " + organisation)
                                ? Finding.wrong(
                                        "list", name(list, organisation) + ": not called, for there is no token for it")
                                : list(camel, list, organisation));
            }
        }
    }

    private static Finding list(CamelContext camel, EventList list, String organisation) {
        Call call = list.look(organisation);
        try (ProducerTemplate producer = camel.createProducerTemplate()) {
            Exchange exchange = producer.send("skatteetaten:" + call.api, call::attachTo);
            if (exchange.getException() instanceof CallFailedException failed) {
                throw failed;
            }
            if (exchange.getException() != null) {
                return Finding.wrong(
                        "list",
                        name(list, organisation) + ": it cannot be called ("
                                + exchange.getException().getClass().getSimpleName() + ")");
            }
            return Finding.ok("list", name(list, organisation) + ": " + list.seen(call));
        } catch (CallFailedException e) {
            return Finding.wrong("list", name(list, organisation) + ": " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(EventList list, String organisation) {
        return new Statistics.Id(list.service(), organisation).toString();
    }
}
