package no.delingsruter.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import no.delingsruter.benchmark.peer.BareClient;
import no.delingsruter.benchmark.peer.NaiveCamel;
import no.delingsruter.benchmark.peer.PlainJava;

/** Who is measured. */
enum Contender {
    BARE(
            "Bare client: 12 threads, one fair semaphore of five, java.net.http; stores and delivers nothing",
            BareClient.class),
    PLAIN_JAVA("Plain Java: the bare client and one JDBC insert per result into H2; no recovery", PlainJava.class),
    NAIVE_CAMEL(
            "Naive Camel route: poll, split with a pool of five, lookup, insert into H2; no recovery",
            NaiveCamel.class),
    OURS_H2("Delingsruter, H2 store", null),
    OURS_POSTGRESQL("Delingsruter, PostgreSQL store", null);

    private final String label;
    private final Class<?> peer;

    Contender(String label, Class<?> peer) {
        this.label = label;
        this.peer = peer;
    }

    String label() {
        return label;
    }

    boolean isOurs() {
        return peer == null;
    }

    /** Each has an organisation of its own, and so its own five slots and its own counts in the simulator. */
    String organisation() {
        return "31000000" + (ordinal() + 2);
    }

    /**
     * Starts it in an empty folder.
     *
     * @param options of the JVM, such as -Dkey=value; they go last
     */
    Program start(SimulatorProcess simulator, Service service, Path directory, Store store, List<String> options)
            throws IOException {
        return start(simulator, service, directory, store, options, Program::packaged);
    }

    /** @param way of ours */
    Program start(
            SimulatorProcess simulator,
            Service service,
            Path directory,
            Store store,
            List<String> options,
            Program.Way way)
            throws IOException {
        List<String> all = new ArrayList<>();
        if (isOurs()) {
            all.addAll(List.of(
                    "-Ddelingsruter.config=" + directory,
                    "-Dservices=" + service.name(),
                    "-D" + service.name() + ".rettighetspakke=benchmark",
                    "-D" + service.name() + ".poll-interval=100ms",
                    "-Dskatteetaten.url=" + simulator.url(),
                    "-Dmaskinporten.token-url=" + simulator.issuer() + "token",
                    "-Dmaskinporten.audience=" + simulator.issuer(),
                    "-Dmaskinporten.client-id=simulator-client",
                    "-Dmaskinporten.jwk=" + simulator.key(),
                    "-Dmaskinporten.consumer-org=" + organisation(),
                    "-Dprogress.interval=1s",
                    "-Dfile.directory=" + directory.resolve("out")));
            all.addAll(store.options());
            all.addAll(options);
            if (Boolean.getBoolean("profile")) {
                all.add("-XX:StartFlightRecording=settings=profile,filename=target/benchmark/" + name() + ".jfr");
            }
            return way.start(directory.resolve("log"), all);
        }
        String lookup = simulator.url().replace("{api}", service.group());
        all.addAll(List.of(
                "-Durl=" + simulator.url(),
                "-Dlist=" + service.list(),
                "-Dlookup=" + service.lookup(),
                "-Dscope=" + service.scope(),
                "-Dorganisation=" + organisation(),
                "-Dtoken-url=" + simulator.issuer() + "token",
                "-Daudience=" + simulator.issuer(),
                "-Dclient-id=simulator-client",
                "-Djwk=" + simulator.key(),
                "-Dstore=jdbc:h2:file:" + directory.resolve("store"),
                "-Dlist-url=" + simulator.url().replace("{api}", service.list()) + "/v1/hendelser",
                "-Dlookup-url=" + lookup + "/v1/benchmark"));
        all.addAll(options);
        return Program.peer(directory.resolve("log"), peer, all);
    }
}
