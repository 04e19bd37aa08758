package no.delingsruter.app;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.DeliveryEndpoints;
import no.delingsruter.configuration.Settings;
import no.delingsruter.observation.Progress;
import no.delingsruter.simulator.Simulator;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.data.Generation;
import no.delingsruter.simulator.http.Latency;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The main job against the built-in simulator, with the configuration of {@code application-demo.properties}; ends by itself. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Runs the main job against a simulator of Maskinporten and Skatteetaten in this process, until everything is delivered.")
final class DemoCommand implements Callable<Integer> {
    private static final String CLIENT = "demo";
    private static final String VIA_SERVICE = "skatteoppgjoer";
    static final String ORGANISATION = "310000001";

    @Option(names = "--events", defaultValue = "5000", description = "Events in each list (default: ${DEFAULT-VALUE})")
    private int events;

    @Option(
            names = "--keys",
            defaultValue = "2000",
            description = "Different keys among them (default: ${DEFAULT-VALUE})")
    private int keys;

    @Option(
            names = "--latency",
            defaultValue = "50ms",
            description = "Of the simulator's lookups: 50ms, exp:50ms (default: ${DEFAULT-VALUE})")
    private String latency;

    @Option(
            names = "--recorded",
            description = "Folder with recorded answers for the simulator to serve instead of made-up ones")
    private Path recorded;

    @Option(names = "--via", description = "fiks: Skatteoppgjør through KS Fiks, instead of the services of the demo")
    private String via;

    @Override
    public Integer call() throws Exception {
        Consumer<String> out = System.out::println;
        Settings settings =
                Settings.load(Delingsruter.configuration(), "demo", System.getenv(), System.getProperties());
        if (via != null) {
            settings = settings.with(Map.of(
                    "services", VIA_SERVICE, VIA_SERVICE + ".via", via, VIA_SERVICE + ".rettighetspakke", "demo"));
        }
        List<String> services = settings.list("services");
        try (Simulator simulator = simulator(services)) {
            Settings against = settings.with(addresses(simulator)).with(fiks(simulator));
            try (Application application = Application.start(against, Delingsruter.routes());
                    Progress progress = application.progress(out)) {
                System.out.printf(
                        "Following %s at a simulator on port %d; delivering to %s. Stop with Ctrl-C, go on by starting again.%n",
                        String.join(", ", services), simulator.port(), Delingsruter.receivers(against));
                progress.every(against.duration("progress.interval"));
                while (!done(application, simulator, services)) {
                    Thread.sleep(100);
                }
                progress.report();
                report(simulator, against, services);
            }
        }
        return 0;
    }

    private Simulator simulator(List<String> services) {
        SimulatorConfig config = new SimulatorConfig().organisation(ORGANISATION);
        try {
            config.latency(Latency.parse(latency)).listLatency(Latency.parse("20ms"));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("--latency: " + e.getMessage());
        }
        if (recorded != null) {
            config.recorded(recorded, null);
        }
        Simulator simulator = Simulator.start(config);
        if (recorded == null) {
            // Half of them about 2023, so that a filter by year shows
            Generation how = Generation.of(events, keys).gaps(0.2).periods(2).firstPeriod("2023-12");
            services.forEach(service -> simulator.list(service).generate(how));
        }
        return simulator;
    }

    /** Settings by which the job calls the simulator, with a client that it lets in. */
    static Map<String, String> addresses(Simulator simulator) throws JOSEException {
        RSAKey key = new RSAKeyGenerator(2048).keyID("demo").generate();
        simulator.register(key.toPublicJWK(), CLIENT, ORGANISATION);
        Map<String, String> addresses = new LinkedHashMap<>();
        addresses.put("skatteetaten.url", simulator.url());
        addresses.put("maskinporten.token-url", simulator.tokenUrl());
        addresses.put("maskinporten.audience", simulator.issuer());
        addresses.put("maskinporten.client-id", CLIENT);
        addresses.put("maskinporten.jwk", key.toJSONString());
        return addresses;
    }

    /** Settings by which the job calls the simulator's Fiks, with an integration and a role that it lets in. */
    private static Map<String, String> fiks(Simulator simulator) {
        String passord = UUID.randomUUID().toString();
        String rolle = UUID.randomUUID().toString();
        String integrasjon = UUID.randomUUID().toString();
        simulator.fiks().register(integrasjon, passord, rolle, ORGANISATION);
        return Map.of(
                "fiks.url", simulator.fiksUrl(),
                "fiks.integrasjon-id", integrasjon,
                "fiks.integrasjon-passord", passord,
                "fiks.rolle-id", rolle);
    }

    private static boolean done(Application application, Simulator simulator, List<String> services) {
        return services.stream()
                .allMatch(service -> Catalogue.organisations(application.settings()).stream()
                        .allMatch(organisation -> application
                                                .store()
                                                .checkpoint(service, organisation)
                                                .orElse(0)
                                        >= simulator.list(service).lastSekvensnummer()
                                && application.pending(service, organisation) == 0));
    }

    private static void report(Simulator simulator, Settings settings, List<String> services) {
        var stats = simulator.stats();
        System.out.printf(
                Locale.ROOT,
                "%nEverything is delivered. The simulator counted %,d lookups of %,d keys and never more than %d calls at a time.%n",
                stats.lookups().calls(),
                stats.lookups().keys(),
                stats.maxInFlight());
        if (stats.calls() > 0 && stats.lookups().calls() == 0) {
            System.out.printf(
                    "There was nothing new: an earlier run has delivered it all. To begin again, delete its store (%s).%n",
                    settings.get("store.url"));
        }
        if (DeliveryEndpoints.of(settings).contains("direct:database")) {
            System.out.printf(
                    "Results are in the tables result and result_history. To look at them:%n%n"
                            + "  java -cp \"target/lib/*\" org.h2.tools.Shell -user sa -url %s -sql \"select outcome, change, count(*) from result group by 1, 2\"%n%n",
                    settings.get("store.url"));
        }
        if (DeliveryEndpoints.of(settings).contains("direct:file")) {
            System.out.printf(
                    "Results are in %s/%s-<date>.jsonl, one JSON object a line.%n",
                    settings.get("file.directory"), services.get(0));
        }
    }
}
