package no.delingsruter.simulator.junit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.util.LinkedHashMap;
import java.util.Map;
import no.delingsruter.simulator.SimulatedList;
import no.delingsruter.simulator.Simulator;

/** A simulator with one client, and what that client needs to know. */
public final class SimulatedSkatteetaten implements AutoCloseable {
    private static final String CLIENT = "test-client";
    private static final String ORGANISATION = "310000001";

    private final Simulator simulator = Simulator.start();
    private final RSAKey key;

    SimulatedSkatteetaten() {
        try {
            key = new RSAKeyGenerator(2048).keyID("test-key").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        simulator.register(key.toPublicJWK(), CLIENT, ORGANISATION);
    }

    /** Everything: faults, latencies, grants. */
    public Simulator simulator() {
        return simulator;
    }

    /** @param name of an event list, such as inntekt */
    public SimulatedList list(String name) {
        return simulator.list(name);
    }

    /** The keys of the configuration that address it, with a private key that it knows. */
    public Map<String, String> settings() {
        return settings("");
    }

    /** @param prefix before each key, such as {@code delingsruter.} in an application of Spring Boot */
    public Map<String, String> settings(String prefix) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(prefix + "skatteetaten.url", simulator.url());
        settings.put(prefix + "maskinporten.token-url", simulator.tokenUrl());
        settings.put(prefix + "maskinporten.audience", simulator.issuer());
        settings.put(prefix + "maskinporten.client-id", CLIENT);
        settings.put(prefix + "maskinporten.jwk", key.toJSONString());
        return settings;
    }

    /** How many lookups have been answered or refused since the test began. */
    public long lookups() {
        return simulator.stats().lookups().calls();
    }

    /** How many keys have been looked up since the test began. */
    public long keys() {
        return simulator.stats().lookups().keys();
    }

    /** The most calls that were open at once since the test began. */
    public int maxInFlight() {
        return simulator.stats().maxInFlight();
    }

    @Override
    public void close() {
        simulator.close();
    }
}
