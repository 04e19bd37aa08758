package no.delingsruter.preflight;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.catalogue.CatalogueWarnings;
import no.delingsruter.catalogue.ConfigurationValidator;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.installation.Installation;
import no.delingsruter.installation.OrganisationTokens;
import no.delingsruter.logging.Logging;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Looks at everything that a start needs. It changes nothing, stores nothing and delivers nothing. Its calls are these: one token for
 * each scope and organisation, one to three calls to each event list, and a connection to each database, broker and HTTP receiver.
 */
public final class Preflight {
    private final Settings settings;
    private final Path routes;
    private final boolean jobRuns;

    /** @param jobRuns whether a job works on this store: it calls Skatteetaten itself, and its calls and ours would be too many together */
    public Preflight(Settings settings, Path routes, boolean jobRuns) {
        this.settings = settings;
        this.routes = routes;
        this.jobRuns = jobRuns;
    }

    /**
     * @param out told of each finding as soon as there is one
     * @throws ConfigurationException when configuration and routes cannot be used: nothing else is checked then
     */
    public void run(Consumer<Finding> out) {
        Catalogue catalogue = Catalogue.read(routes);
        List<String> services = ConfigurationValidator.settings(settings, catalogue);
        out.accept(Finding.ok("configuration", "configuration and routes can be used: " + String.join(", ", services)));
        CatalogueWarnings.warnings(settings, catalogue, services)
                .forEach(warning -> out.accept(Finding.warning("configuration", warning)));
        new AddressChecks(settings).run(out);
        new DatabaseChecks(settings, jobRuns).run(out);
        new MachineChecks(settings, jobRuns).run(out);
        inside(
                out,
                camel -> new ReceiverChecks(settings).run(camel, out),
                (camel, tokens) -> new AccessChecks(settings, catalogue, services, jobRuns, tokens).run(camel, out));
    }

    /** The event lists alone; as {@link #run}. */
    public void lists(Consumer<Finding> out) {
        Catalogue catalogue = Catalogue.read(routes);
        List<String> services = ConfigurationValidator.settings(settings, catalogue);
        inside(
                out,
                camel -> {},
                (camel, tokens) -> new AccessChecks(settings, catalogue, services, jobRuns, tokens).lists(camel, out));
    }

    /** @param before it is started: some components connect then, and fail where they cannot */
    private void inside(
            Consumer<Finding> out, Consumer<CamelContext> before, BiConsumer<CamelContext, OrganisationTokens> checks) {
        OrganisationTokens tokens;
        try {
            tokens = new OrganisationTokens(settings);
        } catch (ConfigurationException e) {
            out.accept(Finding.wrong("key", e.getMessage()));
            return;
        }
        CamelContext camel = new DefaultCamelContext();
        camel.setAutoStartup(false);
        try {
            Installation.start(camel, Installation.apart(settings), routes, tokens);
            before.accept(camel);
            try {
                camel.start();
            } catch (RuntimeException e) {
                out.accept(
                        Finding.wrong(
                                "routes",
                                "a route cannot be started: " + Logging.cause(e)
                                        + "; mend that first, for nothing is asked of Maskinporten and Skatteetaten without it"));
                return;
            }
            checks.accept(camel, tokens);
        } finally {
            camel.stop();
        }
    }
}
