package no.delingsruter.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import no.delingsruter.catalogue.Catalogue.Service;
import no.delingsruter.configuration.DeliveryEndpoints;
import no.delingsruter.configuration.Settings;
import no.delingsruter.skatteetaten.Via;
import no.delingsruter.support.ForwardProxy;

/** Says, before anything is called, what the catalogue is not sure of and what is configured against the rules. */
public final class CatalogueWarnings {
    private static final String COMPARE = "; compare it with Skatteetaten's OpenAPI description, and set ";

    private static final Set<String> UNSURE = Set.of("inferred", "unknown");

    private CatalogueWarnings() {}

    /** One sentence for each thing that runs on an assumption. */
    public static List<String> warnings(Settings settings, Catalogue catalogue, List<String> services) {
        List<String> warnings = new ArrayList<>();
        int slots = settings.positive("skatteetaten.max-in-flight");
        if (slots > 5) {
            warnings.add(
                    "skatteetaten.max-in-flight is " + slots
                            + ": Skatteetaten's rules of use allow five calls at a time for each API and organisation; it may shut you out.");
        }
        String audience = settings.get("maskinporten.audience");
        if (!audience.endsWith("/")) {
            warnings.add("maskinporten.audience is " + audience
                    + ": Maskinporten's own ends with a slash, and refuses a grant for any other.");
        }
        ForwardProxy proxy = ForwardProxy.from(key -> settings.find(key).orElse(""));
        if (proxy != null && !proxy.strange().isEmpty()) {
            warnings.add(
                    "proxy.none-for, or NO_PROXY, has " + String.join(", ", proxy.strange())
                            + ", which names nothing: write a host, *.example.no, an address, or a network such as 10.0.0.0/8.");
        }
        int notUsed = DeliveryEndpoints.notUsed(settings).size();
        if (notUsed > 0) {
            warnings.add("delivery.endpoint.<n> is given, so that nothing goes to " + notUsed + " endpoint"
                    + (notUsed == 1 ? "" : "s") + " of delivery.endpoints; give each a number, or remove it there.");
        }
        String watched = settings.get("watch.endpoint");
        if (watched.startsWith("jms:") && !watched.contains("transacted=true")) {
            warnings.add(
                    "watch.endpoint has no transacted=true: a message that is being taken when the job is killed is lost, an erasure included.");
        }
        for (String name : services) {
            catalogue.service(name).ifPresent(service -> add(settings, service, warnings));
        }
        return warnings;
    }

    private static void add(Settings settings, Service service, List<String> warnings) {
        String name = service.name();
        Via.of(settings, name)
                .ifPresent(via -> warnings.add(name + ": its addresses, scope and headers through " + via
                        + " are untried (" + via.source() + "); tell us what differs."));
        Set<String> running = Catalogue.lookups(settings, service);
        Fact.of(service).stream()
                .filter(fact -> fact.where().isEmpty() || running.contains(fact.where()))
                .filter(fact -> UNSURE.contains(fact.certainty()))
                .forEach(fact -> unsure(settings, service, fact).ifPresent(warnings::add));
        if (!service.list().getOrDefault("formats", "json, xml").contains("xml")
                && settings.find(name + ".format")
                        .or(() -> settings.find("skatteetaten.format"))
                        .orElse("")
                        .equals("xml")) {
            warnings.add(name + ": it has JSON only, so XML does not apply to it.");
        }
        int most = settings.positive(name + ".bulk");
        int workers = settings.positive("lookup.workers");
        if (most > workers) {
            warnings.add(name + ": " + name + ".bulk is " + most + ", but lookup.workers is " + workers
                    + ": never more than " + workers + " lookups share a call.");
        }
        if (service.list().containsKey("acting")) {
            acting(settings, service).ifPresent(warnings::add);
        }
    }

    private static Optional<String> acting(Settings settings, Service service) {
        return Catalogue.organisations(settings).stream()
                .filter(organisation -> !organisation.equals(Catalogue.SELF)
                        && settings.find(organisation, "maskinporten.systembruker")
                                .isEmpty())
                .findFirst()
                .map(organisation -> service.name() + ": a supplier that acts for others must do so as "
                        + service.list().get("acting") + "; set maskinporten.systembruker, or organisation."
                        + organisation + ".maskinporten.systembruker.");
    }

    /** What to say of a fact that nobody has documented; empty when the configuration settles it, or the start is refused without. */
    private static Optional<String> unsure(Settings settings, Service service, Fact fact) {
        String name = service.name();
        String of = fact.where().isEmpty() ? "its event list" : "its lookup " + fact.where();
        String api = (fact.where().isEmpty()
                        ? service.list()
                        : service.lookups().get(fact.where()).parameters())
                .getOrDefault("api", "");
        return switch (fact.name()) {
            case "address" -> {
                boolean list = fact.where().isEmpty();
                String key = list ? name + ".list-path" : service.pathKey(fact.where());
                boolean given = list
                        ? settings.find(key).isPresent()
                        : !ConfigurationValidator.path(settings, service, fact.where())
                                .equals(Catalogue.resolved(
                                        service.lookups().get(fact.where()).path(), settings));
                yield given || fact.certainty().equals("unknown")
                        ? Optional.empty()
                        : Optional.of(name + ": the address of " + of + " is inferred, not documented (" + fact.source()
                                + ")" + COMPARE + key + " if it differs.");
            }
            case "fields" -> {
                List<String> keys = service.fields().keySet().stream()
                        .map(key -> name + "." + key)
                        .toList();
                yield keys.stream().anyMatch(key -> settings.find(key).isPresent())
                        ? Optional.empty()
                        : Optional.of(name + ": the names of its events' fields are not documented ("
                                + fact.source() + "); taken are "
                                + Catalogue.resolved(fact.value(), settings).replaceFirst("[, ]+$", "")
                                + ", and events without them are parked; " + String.join(", ", keys) + " name others.");
            }
            case "versions" ->
                Optional.of(name + ": the versions of " + of + " are inferred (" + fact.source() + ")" + COMPARE + name
                        + ".version.<year> if they differ.");
            case "scope" ->
                Optional.of(name + ": the scope of " + of + " is inferred (" + fact.source()
                        + "); if it differs, change it in the route.");
            default ->
                settings.values().keySet().stream().anyMatch(key -> key.startsWith("outcome." + api + "."))
                        ? Optional.empty()
                        : Optional.of(name + ": the codes of " + of + " are inferred (" + fact.source() + ")" + COMPARE
                                + "outcome." + api + ".<status>.<kode> if they differ.");
        };
    }
}
