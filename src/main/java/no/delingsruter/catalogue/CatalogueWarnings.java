package no.delingsruter.catalogue;

import java.util.ArrayList;
import java.util.List;
import no.delingsruter.catalogue.Catalogue.Lookup;
import no.delingsruter.catalogue.Catalogue.Service;
import no.delingsruter.configuration.Settings;

/** Says, before anything is called, what the catalogue is not sure of and what is configured against the rules. */
public final class CatalogueWarnings {
    private static final String COMPARE = "; compare it with Skatteetaten's OpenAPI description, and set ";

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
        for (String name : services) {
            catalogue.service(name).ifPresent(service -> add(settings, service, warnings));
        }
        return warnings;
    }

    private static void add(Settings settings, Service service, List<String> warnings) {
        String name = service.name();
        if (service.list().getOrDefault("status", "").equals("inferred")
                && settings.find(name + ".list-path").isEmpty()) {
            warnings.add(name + ": the address of its event list is inferred, not documented ("
                    + service.list().get("source") + ")" + COMPARE + name + ".list-path if it differs.");
        }
        String fields = service.list().getOrDefault("fields", "");
        if (fields.equals("inferred") || fields.equals("unknown")) {
            warnings.add(name
                    + ": the fields of its events are not documented; they are taken to be named as on other lists, and events"
                    + " without the fields that a lookup needs are parked.");
        }
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
        for (String chosen : Catalogue.lookups(settings, service)) {
            Lookup lookup = service.lookups().get(chosen);
            boolean given = !ConfigurationValidator.path(settings, service, chosen)
                    .equals(Catalogue.resolved(lookup.path(), settings));
            if (lookup.status().equals("inferred") && !given) {
                warnings.add(name + ": the address of its lookup " + chosen + " is inferred, not documented ("
                        + lookup.parameters().get("source") + ")" + COMPARE + service.pathKey(chosen)
                        + " if it differs.");
            }
        }
    }
}
