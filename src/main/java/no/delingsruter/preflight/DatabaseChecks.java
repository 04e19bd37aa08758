package no.delingsruter.preflight;

import java.util.function.Consumer;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.DeliveryEndpoints;
import no.delingsruter.configuration.Settings;
import no.delingsruter.store.DatabaseInspection;
import no.delingsruter.store.H2File;

/** The store, and the database that receives results where that is another one. */
final class DatabaseChecks {
    private final Settings settings;
    private final boolean jobRuns;

    DatabaseChecks(Settings settings, boolean jobRuns) {
        this.settings = settings;
        this.jobRuns = jobRuns;
    }

    void run(Consumer<Finding> out) {
        String store = settings.get("store.url");
        if (jobRuns && H2File.of(store).isPresent()) {
            out.accept(Finding.ok("store", "a running job has it open"));
        } else {
            inspect("store", "store", store, out);
        }
        String database = settings.find("database.url").orElse(store);
        if (!database.equals(store) && DeliveryEndpoints.of(settings).contains("direct:database")) {
            inspect("receiver", "database", database, out);
        }
    }

    private void inspect(String what, String prefix, String url, Consumer<Finding> out) {
        try {
            DatabaseInspection seen = DatabaseInspection.of(
                    prefix,
                    url,
                    settings.findNow(prefix + ".user").orElse(""),
                    settings.findNow(prefix + ".password").orElse(""));
            out.accept(
                    seen.doubt().isPresent()
                            ? Finding.warning(what, seen.doubt().get())
                            : Finding.ok(what, seen.said()));
        } catch (ConfigurationException e) {
            out.accept(Finding.wrong(what, e.getMessage()));
        }
    }
}
