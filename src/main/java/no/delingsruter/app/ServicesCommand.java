package no.delingsruter.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.catalogue.Catalogue.Lookup;
import no.delingsruter.catalogue.Catalogue.Service;
import no.delingsruter.catalogue.ConfigurationValidator;
import no.delingsruter.catalogue.Fact;
import no.delingsruter.configuration.Settings;
import no.delingsruter.skatteetaten.Via;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists what the routes folder can follow. */
@Command(
        name = "services",
        mixinStandardHelpOptions = true,
        description = "Lists the catalogue: services, their lookups, scopes and status.")
final class ServicesCommand implements Callable<Integer> {
    private static final String FACT = "%-38s %-38s %-12s %-11s %-8s %-60s %s%n";
    private static final String ROW = "%-42s %-46s %-56s %-12s %s%n";

    @Option(
            names = "--sources",
            description =
                    "What is taken for true of each service, fact by fact: how sure it is, where it is from, and when that was read")
    private boolean sources;

    @Option(names = "--json", description = "Both as JSON, for programs")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final Supplier<Settings> given;

    /** By the configuration of the folder. */
    ServicesCommand() {
        this(Delingsruter::settings);
    }

    /** @param given read when the command runs */
    ServicesCommand(Supplier<Settings> given) {
        this.given = given;
    }

    @Override
    public Integer call() {
        Settings settings = given.get();
        if (json) {
            spec.commandLine().getOut().println(json(settings));
            spec.commandLine().getOut().flush();
            return 0;
        }
        if (sources) {
            sources(settings);
            return 0;
        }
        List<String> chosen = settings.list("services");
        System.out.printf(Locale.ROOT, ROW, "SERVICE", "LOOKUP", "SCOPE", "STATUS", "CONFIGURED");
        for (Service service :
                Catalogue.read(Delingsruter.routes(), settings).services().values()) {
            if (!service.list().isEmpty()) {
                rows(settings, service, chosen.contains(service.name()));
            }
        }
        System.out.println(
                "\nSTATUS says how sure the address is: documented by Skatteetaten; used, seen in the code of a real consumer; inferred from"
                        + " similar ones;\nunknown, so that you must give it. `services` in the configuration says which run.");
        return 0;
    }

    private static ObjectNode json(Settings settings) {
        List<String> chosen = settings.list("services");
        ObjectNode said = Json.object();
        ArrayNode services = said.putArray("services");
        for (Service service :
                Catalogue.read(Delingsruter.routes(), settings).services().values()) {
            if (service.list().isEmpty()) {
                continue;
            }
            ArrayNode facts = services.addObject()
                    .put("service", service.name())
                    .put("runs", chosen.contains(service.name()))
                    .put("status", service.list().getOrDefault("status", "documented"))
                    .putArray("facts");
            for (Fact fact : Fact.of(service)) {
                facts.addObject()
                        .put("lookup", fact.where())
                        .put("fact", fact.name())
                        .put("value", fact.value())
                        .put("certainty", fact.certainty())
                        .put("source", fact.source())
                        .put("read", fact.read() == null ? null : fact.read().toString());
            }
        }
        return said;
    }

    private static void sources(Settings settings) {
        System.out.printf(
                Locale.ROOT, FACT, "SERVICE", "LIST OR LOOKUP", "FACT", "CERTAINTY", "READ", "VALUE", "SOURCE");
        for (Service service :
                Catalogue.read(Delingsruter.routes(), settings).services().values()) {
            if (!service.list().isEmpty()) {
                Stream.concat(
                                Fact.of(service).stream(),
                                Via.all().stream().flatMap(via -> Fact.through(via, service).stream()))
                        .forEach(fact -> System.out.printf(
                                Locale.ROOT,
                                FACT,
                                fact.service(),
                                fact.where().isEmpty() ? "(event list)" : fact.where(),
                                fact.name(),
                                fact.certainty(),
                                fact.read() == null ? "-" : fact.read(),
                                fact.value(),
                                fact.source()));
            }
        }
    }

    private static void rows(Settings settings, Service service, boolean runs) {
        String[] scopes = Catalogue.resolved(service.list().getOrDefault("scope", ""), settings)
                .split(",", -1);
        row(
                service.name(),
                "(event list)",
                scopes[0].strip() + (scopes.length > 1 ? " or another" : ""),
                service.list().getOrDefault("status", "documented"),
                runs ? "yes" : "no");
        Set<String> running = Catalogue.lookups(settings, service);
        for (Lookup lookup : service.lookups().values()) {
            boolean unknown = lookup.calls()
                    && ConfigurationValidator.path(settings, service, lookup.name())
                            .isEmpty();
            row(
                    "",
                    lookup.calls() ? lookup.name() : lookup.name() + " (in the list)",
                    Catalogue.resolved(lookup.parameters().getOrDefault("scope", ""), settings),
                    lookup.status(),
                    unknown
                            ? "no, needs " + service.pathKey(lookup.name())
                            : runs && running.contains(lookup.name()) ? "yes" : "no");
        }
    }

    private static void row(String... cells) {
        System.out.print(String.format(Locale.ROOT, ROW, (Object[]) cells));
    }
}
