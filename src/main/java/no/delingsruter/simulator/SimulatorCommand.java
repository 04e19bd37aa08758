package no.delingsruter.simulator;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import no.delingsruter.simulator.data.Generation;
import no.delingsruter.simulator.http.Latency;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code simulator}: runs until it is stopped. Exit code 2 for options that cannot be used. */
@Command(
        name = "simulator",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Simulates Maskinporten and Skatteetaten on this machine: every event list and lookup, with errors on demand.")
public final class SimulatorCommand implements Callable<Integer> {
    private static final String CLIENT_ID = "simulator-client";

    @Option(
            names = "--port",
            defaultValue = "8089",
            description = "Port on this machine; 0: any free one. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(
            names = "--services",
            split = ",",
            defaultValue = "inntekt",
            description = "Lists that get events, comma separated. Default: ${DEFAULT-VALUE}")
    private List<String> services;

    @Option(
            names = "--events",
            defaultValue = "1000",
            description = "Events in each of them. Default: ${DEFAULT-VALUE}")
    private int events;

    @Option(names = "--keys", description = "Different keys among them. Default: as many as events")
    private Integer keys;

    @Option(
            names = "--periods",
            defaultValue = "1",
            description = "Periods of each person or organisation. Default: ${DEFAULT-VALUE}")
    private int periods;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "The same seed gives the same events. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--gaps",
            defaultValue = "0.1",
            description = "Share of events with a hole in the numbers before them. Default: ${DEFAULT-VALUE}")
    private double gaps;

    @Option(names = "--start", defaultValue = "1", description = "Number of the first event. Default: ${DEFAULT-VALUE}")
    private long start;

    @Option(
            names = "--latency",
            defaultValue = "0ms",
            description =
                    "How long answers take: 50ms, or exp:50ms for exponential around 50 ms. Default: ${DEFAULT-VALUE}")
    private String latency;

    @Option(names = "--list-latency", description = "The same for lists alone. Default: as --latency")
    private String listLatency;

    @Option(names = "--token-lifetime", defaultValue = "120", description = "Seconds. Default: ${DEFAULT-VALUE}")
    private long tokenLifetime;

    @Option(names = "--faults", description = "YAML or JSON file of faults: a list of {name, match, limit, action}.")
    private Path faults;

    @Option(names = "--recorded", description = "Folder of recorded answers; what is not there is generated.")
    private Path recorded;

    @Option(
            names = "--recorded-map",
            description =
                    "YAML file saying which recorded file answers what. Default: recorded.yaml in the folder, or by the files' names")
    private Path recordedMap;

    @Option(
            names = "--client-jwks",
            description = "JWK or JWK set of public keys that may ask for tokens. Default: a key is made")
    private Path clientJwks;

    @Option(
            names = "--client-key-file",
            defaultValue = "data/simulator-client.jwk",
            description = "Where the key that is made is written. Default: ${DEFAULT-VALUE}")
    private Path clientKeyFile;

    @Option(
            names = "--organisation",
            defaultValue = "310000001",
            description = "The client's organisation number. Default: ${DEFAULT-VALUE}")
    private String organisation;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        try (Simulator sim = start()) {
            if (faults != null) {
                sim.faults().add(read(faults));
            }
            for (String service : services) {
                // a recorded list has exactly the events that were recorded
                if (sim.list(service).size() == 0) {
                    sim.list(service)
                            .generate(Generation.of(events, keys != null ? keys : Math.max(1, events))
                                    .periods(periods)
                                    .seed(seed)
                                    .gaps(gaps)
                                    .start(start));
                }
            }
            // last: nothing is written when the other options cannot be used
            JWK made = clientJwks == null ? makeKey() : null;
            for (JWK key : made != null ? List.of(made) : readKeys()) {
                sim.register(key.toPublicJWK(), CLIENT_ID, organisation);
            }
            print(sim, made);
            CountDownLatch stopped = new CountDownLatch(1);
            Thread onStop = new Thread(stopped::countDown, "simulator-stop");
            Runtime.getRuntime().addShutdownHook(onStop);
            stopped.await();
            return 0;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        } catch (UncheckedIOException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Simulator start() {
        if (!organisation.matches("[0-9]{9}")) {
            throw new ParameterException(
                    spec.commandLine(), "An organisation number has nine digits, unlike '" + organisation + "'");
        }
        if (gaps < 0 || gaps > 1 || tokenLifetime < 1 || port < 0 || port > 65535) {
            throw new ParameterException(
                    spec.commandLine(), "--gaps is 0 to 1, --token-lifetime 1 or more, --port 0 to 65535");
        }
        try {
            return Simulator.start(new SimulatorConfig()
                    .port(port)
                    .organisation(organisation)
                    .tokenLifetime(Duration.ofSeconds(tokenLifetime))
                    .latency(Latency.parse(latency))
                    .listLatency(listLatency == null ? null : Latency.parse(listLatency))
                    .recorded(recorded, recordedMap));
        } catch (IllegalArgumentException | UncheckedIOException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("The file " + file + " cannot be read", e);
        }
    }

    private List<JWK> readKeys() {
        try {
            String text = read(clientJwks);
            return text.contains("\"keys\"") ? JWKSet.parse(text).getKeys() : List.of(JWK.parse(text));
        } catch (ParseException e) {
            throw new IllegalArgumentException(clientJwks + " is neither a JWK nor a JWK set", e);
        }
    }

    private JWK makeKey() {
        try {
            RSAKey key = new RSAKeyGenerator(2048)
                    .keyID(UUID.randomUUID().toString())
                    .generate();
            PrivateFile.write(clientKeyFile, key.toJSONString());
            return key;
        } catch (JOSEException | IOException e) {
            throw new IllegalArgumentException("The client's key cannot be written to " + clientKeyFile, e);
        }
    }

    private void print(Simulator sim, JWK made) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("# What a client needs");
        out.println("skatteetaten.url=" + sim.url());
        out.println("maskinporten.token-url=" + sim.tokenUrl());
        out.println("maskinporten.audience=" + sim.issuer());
        out.println("maskinporten.client-id=" + CLIENT_ID);
        if (made != null) {
            out.println("maskinporten.jwk=" + clientKeyFile);
        }
        for (String service : services) {
            SimulatedList list = sim.list(service);
            out.println(
                    "# " + service + ": " + list.size() + " events, the last is number " + list.lastSekvensnummer());
        }
        out.println("Simulator ready on port " + sim.port() + "; what it has seen: http://localhost:" + sim.port()
                + "/simulator/stats");
        out.flush();
    }
}
