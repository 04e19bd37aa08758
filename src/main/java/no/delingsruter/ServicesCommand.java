package no.delingsruter;

import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import no.delingsruter.Catalogue.Lookup;
import no.delingsruter.Catalogue.Service;
import no.delingsruter.configuration.Settings;
import picocli.CommandLine.Command;

/** Lists what the routes folder can follow. */
@Command(name = "services", mixinStandardHelpOptions = true, description = "Lists the catalogue: services, their lookups, scopes and status.")
final class ServicesCommand implements Callable<Integer> {
    private static final String ROW = "%-34s %-36s %-52s %-12s %s%n";

    @Override
    public Integer call() {
        Settings settings = Delingsruter.settings();
        Set<String> chosen = Set.copyOf(settings.list("services"));
        System.out.printf(Locale.ROOT, ROW, "SERVICE", "LOOKUP", "SCOPE", "STATUS", "CONFIGURED");
        for (Service service : Catalogue.read(Delingsruter.routes()).services().values()) {
            if (service.list().isEmpty()) {
                continue;
            }
            String name = service.name();
            Set<String> lookups = Application.lookups(settings, service);
            System.out.printf(Locale.ROOT, ROW, name, "(event list)", service.list().get("scope"),
                    service.list().getOrDefault("status", "documented"), chosen.contains(name) ? "yes" : "");
            for (Lookup lookup : service.lookups().values()) {
                System.out.printf(Locale.ROOT, ROW, "", lookup.name(), lookup.parameters().get("scope"),
                        lookup.parameters().getOrDefault("status", "documented"),
                        chosen.contains(name) && lookups.contains(lookup.name()) ? "yes" : "");
            }
        }
        return 0;
    }
}
