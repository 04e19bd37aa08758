package no.delingsruter.simulator;

import com.nimbusds.jose.jwk.JWK;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.call.Format;
import no.delingsruter.simulator.catalogue.Catalogue;
import no.delingsruter.simulator.count.Counters;
import no.delingsruter.simulator.count.Stats;
import no.delingsruter.simulator.fault.Faults;
import no.delingsruter.simulator.http.Control;
import no.delingsruter.simulator.http.Current;
import no.delingsruter.simulator.http.CurrentAnswers;
import no.delingsruter.simulator.http.Fiks;
import no.delingsruter.simulator.http.Front;
import no.delingsruter.simulator.http.Latencies;
import no.delingsruter.simulator.http.Latency;
import no.delingsruter.simulator.http.World;
import no.delingsruter.simulator.maskinporten.Grant;
import no.delingsruter.simulator.maskinporten.Maskinporten;
import no.delingsruter.simulator.recorded.Recorded;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maskinporten and Skatteetaten in one HTTP server on this machine. {@code http://localhost:PORT/{api}/...} stands for
 * {@code https://{api}.api.skatteetaten.no/...}. Thread safe.
 */
public final class Simulator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Simulator.class);

    private final Vertx vertx;
    private final HttpServer server;
    private final World world;
    private final Maskinporten maskinporten;
    private final Faults faults = new Faults();
    private final Counters counters = new Counters();
    private final Latencies latencies = new Latencies();
    private final CurrentAnswers current;
    private final Fiks fiks = new Fiks();
    private volatile Front front;

    private Simulator(SimulatorConfig config) throws IOException {
        Catalogue catalogue = new Catalogue(config.apis);
        Recorded recorded = config.recorded == null
                ? Recorded.none(catalogue)
                : Recorded.read(catalogue, config.recorded, config.recordedMap, config.substitute);
        world = new World(catalogue, config.rettighetspakker, recorded);
        current = new CurrentAnswers(world);
        latencies.set(null, null, config.latency);
        if (config.listLatency != null) {
            latencies.set(null, Call.Kind.LIST, config.listLatency);
        }
        // one event loop: calls are taken in the order they arrive, and the counts are exact
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        vertx.exceptionHandler(
                e -> LOG.error("The simulator failed: {} at {}", e.getClass().getName(), e.getStackTrace()[0]));
        server = vertx.createHttpServer(new HttpServerOptions()
                .setTcpNoDelay(true)
                .setHttp2ClearTextEnabled(false)
                .setAcceptBacklog(1024)
                .setMaxInitialLineLength(16 * 1024)
                .setMaxHeaderSize(32 * 1024));
        server.connectionHandler(connection -> {
            counters.connected();
            connection.closeHandler(closed -> counters.disconnected());
        });
        server.exceptionHandler(e -> {}); // clients that break off are part of the game
        server.requestHandler(request -> {
            if (front == null) {
                request.connection().close(); // a client that was quicker than the start
            } else {
                front.handle(request);
            }
        });
        try {
            server.listen(config.port, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            vertx.close();
            throw new IOException(
                    "Port " + config.port + " cannot be used: " + e.getCause().getMessage(), e);
        }
        Set<String> scopes = new TreeSet<>(catalogue.scopes());
        scopes.addAll(config.scopes);
        scopes.add(Fiks.SCOPE);
        maskinporten =
                new Maskinporten(issuer(), scopes, config.organisation, config.tokenLifetime.toSeconds(), counters);
        Control control = new Control(world, current, faults, counters, latencies, maskinporten);
        front = new Front(
                vertx,
                world,
                maskinporten,
                faults,
                counters,
                latencies,
                control,
                fiks,
                config.defaultAntall,
                config.maxAntall);
    }

    /** Starts with the defaults, on any free port. */
    public static Simulator start() {
        return start(new SimulatorConfig());
    }

    /** @throws UncheckedIOException when the port or the recorded files cannot be used */
    public static Simulator start(SimulatorConfig config) {
        try {
            return new Simulator(config);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    public int port() {
        return server.actualPort();
    }

    /** {@code http://localhost:PORT/{api}}, with {api} left as it is: the client's skatteetaten.url. */
    public String url() {
        return "http://localhost:" + port() + "/{api}";
    }

    /** The address of one API, without slash at the end. */
    public String url(String api) {
        return "http://localhost:" + port() + "/" + api;
    }

    /** What a grant's aud must be; ends with a slash. */
    public String issuer() {
        return "http://localhost:" + port() + "/maskinporten/";
    }

    public String tokenUrl() {
        return issuer() + "token";
    }

    /** {@code http://localhost:PORT}: the client's address of Fiks. */
    public String fiksUrl() {
        return "http://localhost:" + port();
    }

    public Fiks fiks() {
        return fiks;
    }

    /** Registers a public key (with a kid) for a client of an organisation. Once one client is known, no other is let in. */
    public void register(JWK publicKey, String clientId, String organisation) {
        maskinporten.clients().register(publicKey, clientId, organisation);
    }

    /** Lets a client of an organisation in by certificate (x5c). Once one client is known, no other is let in. */
    public void trust(String clientId, String organisation) {
        maskinporten.clients().trust(clientId, organisation);
    }

    /** The organisation has a systembruker for our clients. Once one is known, no other organisation has. */
    public void systembruker(String organisation) {
        maskinporten.clients().approve(organisation);
    }

    /** Lets a registered key expire: MP-121. */
    public void expire(String kid) {
        maskinporten.clients().expire(kid);
    }

    /** Takes a scope from a client: it is refused a token for it (MP-200). */
    public void withhold(String clientId, String scope) {
        maskinporten.clients().withhold(clientId, scope);
    }

    /** Forgets every token that has been issued: the next call with one gets 401. */
    public void forgetTokens() {
        maskinporten.tokens().forgetAll();
    }

    /** How long tokens live that are issued from now on. */
    public void tokenLifetime(long seconds) {
        maskinporten.lifetime(seconds);
    }

    /** The last 100 grants, decoded, oldest first. */
    public List<Grant> grants() {
        return maskinporten.grants();
    }

    /** @param name the list's id (inntekt) or its API's name (inntekthendelser) */
    public SimulatedList list(String name) {
        return new SimulatedList(world.log(name));
    }

    /**
     * What a lookup of this key would answer now.
     *
     * @param lookup id or API's name
     * @param gjelderPeriode null for none
     */
    public Current current(String lookup, String identifikator, String gjelderPeriode) {
        return current(lookup, identifikator, gjelderPeriode, Format.JSON);
    }

    public Current current(String lookup, String identifikator, String gjelderPeriode, Format format) {
        return current.of(lookup, identifikator, gjelderPeriode, null, format);
    }

    /**
     * How often a key has been looked up since the last reset.
     *
     * @param lookup the lookup's id
     * @param gjelderPeriode for inntekt: fraOgMed
     */
    public int lookupsOf(String lookup, String identifikator, String gjelderPeriode) {
        return counters.lookupsOf(lookup, identifikator, gjelderPeriode);
    }

    public Faults faults() {
        return faults;
    }

    /**
     * @param api API's name, null for all
     * @param kind LIST, LOOKUP or TOKEN; null for lists and lookups
     */
    public void latency(String api, Call.Kind kind, Latency latency) {
        latencies.set(api, kind, latency);
    }

    public Stats stats() {
        return counters.stats(faults.stats());
    }

    /** All counts to zero, but what is in flight now. */
    public void resetStats() {
        counters.reset();
    }

    /** Starts (and forgets) or stops recording every change of the number in flight. */
    public void trace(boolean on) {
        counters.trace(on);
    }

    /** The last million changes that were recorded, oldest first. */
    public List<Stats.Change> changes() {
        return counters.changes();
    }

    /** The APIs that are simulated. */
    public Catalogue catalogue() {
        return world.catalogue();
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("The simulator does not stop", e);
        }
    }
}
