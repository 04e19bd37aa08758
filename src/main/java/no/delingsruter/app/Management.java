package no.delingsruter.app;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.installation.Installation;
import no.delingsruter.installation.InstallationMetrics;
import no.delingsruter.observation.Metrics;
import no.delingsruter.preflight.MachineChecks;
import org.apache.camel.main.Main;

/** Health and metrics, on a port of their own. */
record Management(Settings settings) {
    /** Camel's own times of routes are histograms: all of them, for they have one name. */
    private static final MeterFilter TIMES = new MeterFilter() {
        @Override
        public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
            return id.getName().equals("camel.route.policy")
                    ? DistributionStatisticConfig.builder()
                            .serviceLevelObjectives(Arrays.stream(Metrics.BUCKETS)
                                    .mapToDouble(Duration::toNanos)
                                    .toArray())
                            .build()
                            .merge(config)
                    : config;
        }
    };

    /** The server of health and metrics keeps files there, and says of a folder that cannot be written no more than its name. */
    private static void temporaryFolder() {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "delingsruter", null));
        } catch (IOException e) {
            throw new ConfigurationException("management.port: health and metrics need a temporary folder, and "
                    + folder + " cannot be written; name another one by -Djava.io.tmpdir=DIR.");
        }
    }

    /**
     * Serves its metrics, where there is a port for them.
     *
     * @throws ConfigurationException when they cannot be served
     */
    void observe(Installation installation, Main main) {
        if (port(settings) == 0) {
            return;
        }
        temporaryFolder();
        MachineChecks.portRefused(settings).ifPresent(why -> {
            throw new ConfigurationException(why + ".");
        });
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config().meterFilter(TIMES);
        InstallationMetrics.bind(installation, registry);
        main.bind("metricsRegistry", registry);
    }

    /**
     * On this machine alone unless management.host says otherwise. Page and API are no Camel routes: camel-platform-http 4.18.0 has
     * published weaknesses.
     */
    Map<String, Object> properties() {
        Map<String, Object> result = new LinkedHashMap<>();
        int port = port(settings);
        if (port > 0) {
            result.put("camel.management.enabled", true);
            result.put("camel.management.host", settings.get("management.host"));
            result.put("camel.management.port", port);
            result.put("camel.management.healthCheckEnabled", true);
            result.put("camel.management.metricsEnabled", true);
            result.put("camel.metrics.enabled", true);
            result.put("camel.metrics.enableMessageHistory", false);
            // Its tags are endpoint addresses, and a step of a user's may put a key into one
            result.put("camel.metrics.enableExchangeEventNotifier", false);
            result.put("camel.health.exposureLevel", "full");
        }
        return result;
    }

    /** 0 for none. */
    static int port(Settings settings) {
        return Integer.parseInt(settings.get("management.port"));
    }
}
