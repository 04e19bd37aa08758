package no.delingsruter.camel;

import java.util.List;
import java.util.function.Supplier;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.model.ListStatus;
import no.delingsruter.observation.Spans;
import no.delingsruter.skatteetaten.Gateway;
import no.delingsruter.watch.WatchList;
import no.delingsruter.work.ListRoutes;
import no.delingsruter.work.PendingLookups;
import org.apache.camel.CamelContext;

/** What the components need of the installation that their Camel context belongs to: a plugin of the context, found by its type. */
public record InstalledParts(
        Settings settings,
        Gateway gateway,
        PendingLookups lookups,
        WatchList watchList,
        ListRoutes lists,
        Supplier<List<ListStatus>> status,
        Spans spans) {
    /** @throws ConfigurationException when the context has none */
    static InstalledParts of(CamelContext camel) {
        InstalledParts parts = camel.getCamelContextExtension().getContextPlugin(InstalledParts.class);
        if (parts == null) {
            throw new ConfigurationException("The Camel context " + camel.getName()
                    + " has no installation of Delingsruter; start one, by Installation.start, before the routes.");
        }
        return parts;
    }
}
