package no.delingsruter.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.catalogue.Catalogue.Service;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.installation.Installation;
import no.delingsruter.observation.Statistics;
import no.delingsruter.simulator.Simulator;
import no.delingsruter.simulator.SimulatorConfig;
import no.delingsruter.simulator.data.Generation;
import org.jspecify.annotations.Nullable;

/**
 * Takes one event through a service's routes, as the job would: the real list, lookups and steps, with a store in memory that is gone
 * afterwards and every endpoint told what it would have been sent. Steps that call a bean or run a script do what they do.
 */
public final class RouteTrial {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final String FIRST = "1";

    private final Settings settings;
    private final Path routes;
    private final Service service;
    private @Nullable JsonNode events;
    private byte @Nullable [] answer;
    private boolean calls;

    private RouteTrial(Settings settings, Path routes, Service service) {
        this.settings = settings;
        this.routes = routes;
        this.service = service;
    }

    /**
     * @param file of one service, in the folder with the other routes and {@code kamelets/}
     * @throws ConfigurationException when it declares no service
     */
    public static RouteTrial of(Settings settings, Path file) {
        Path folder = file.toAbsolutePath().getParent();
        boolean example = folder.endsWith(Catalogue.EXAMPLES);
        Path routes = example ? folder.getParent() : file.getParent() == null ? Path.of("") : file.getParent();
        Service service = Catalogue.read(example ? routes : folder, settings.with(Map.of("services", name(file))))
                .declaredIn(folder.resolve(file.getFileName()))
                .orElseThrow(() -> new ConfigurationException(
                        file + ": this file has no route from an event list; name the file of a service."));
        return new RouteTrial(settings, routes, service);
    }

    private static String name(Path file) {
        return file.getFileName().toString().replaceFirst("\\..*", "");
    }

    /** The trial of a service of the catalogue. */
    static RouteTrial named(Settings settings, Path routes, String name) {
        return Catalogue.read(routes)
                .service(name)
                .map(found -> new RouteTrial(settings, routes, found))
                .orElseThrow(() -> new ConfigurationException(name + " is no service of " + routes + "."));
    }

    /**
     * An event that asks for this key's lookup.
     *
     * @param gjelderPeriode empty for none
     */
    RouteTrial key(String identifikator, String gjelderPeriode) {
        ObjectNode event = JSON.createObjectNode().put("sekvensnummer", 1);
        event.put(field("identifikator"), identifikator);
        if (!gjelderPeriode.isEmpty()) {
            event.put(field("gjelderPeriode"), gjelderPeriode);
        }
        events = JSON.createArrayNode().add(event);
        return this;
    }

    private String field(String name) {
        Map<String, String> sink =
                service.sinks().isEmpty() ? Map.of() : service.sinks().get(0);
        return sink.getOrDefault(name, name);
    }

    /**
     * The event, as the list gives it; without one, it is a simulator's.
     *
     * @param json an object, or several in an array
     * @throws ConfigurationException when it is not JSON
     */
    public RouteTrial event(String json) {
        try {
            JsonNode read = JSON.readTree(json);
            events = read.has("hendelser")
                    ? read.get("hendelser")
                    : read.isArray() ? read : JSON.createArrayNode().add(read);
            return this;
        } catch (JsonProcessingException e) {
            throw new ConfigurationException(
                    "The event is not JSON (line " + e.getLocation().getLineNr() + ").");
        }
    }

    /** What each lookup answers, as JSON or XML; without it, a simulator does. */
    public RouteTrial answer(byte[] payload) {
        answer = payload.clone();
        return this;
    }

    /** Lookups are made at Skatteetaten, with the configured key; needs an event. */
    public RouteTrial callingSkatteetaten() {
        calls = true;
        return this;
    }

    /**
     * Takes the event through the routes.
     *
     * @throws ConfigurationException when something in the configuration or the routes cannot be used, a line for each mistake
     */
    public TrialReport run() {
        if (calls && events == null) {
            throw new ConfigurationException("A lookup at Skatteetaten needs an event of yours: give one by --event.");
        }
        if (calls) {
            return run(Installation.apart(settings).with(narrow()));
        }
        try (Simulator simulator = Simulator.start(new SimulatorConfig().organisation(DemoCommand.ORGANISATION))) {
            prepare(simulator);
            Map<String, String> against = narrow();
            against.putAll(DemoCommand.addresses(simulator));
            settings.values().keySet().stream()
                    .filter(key -> key.startsWith("skatteetaten.url."))
                    .forEach(key -> against.put(key, simulator.url(key.substring("skatteetaten.url.".length()))));
            against.put("organisations", "");
            against.put("maskinporten.consumer-org", "");
            String rettighetspakke = service.name() + ".rettighetspakke";
            against.put(rettighetspakke, settings.find(rettighetspakke).orElse("try"));
            return run(Installation.apart(settings).with(against));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One service, from its first event on. */
    private Map<String, String> narrow() {
        Map<String, String> narrow = new LinkedHashMap<>();
        narrow.put("lookup.workers", FIRST);
        narrow.put("services", service.name());
        narrow.put(service.name() + ".start", "first");
        narrow.put(service.name() + ".follow", "all");
        narrow.put(service.name() + ".bulk", FIRST);
        narrow.put(service.name() + ".cursor", "auto");
        String first = Catalogue.organisations(settings).get(0);
        if (Catalogue.organisations(settings).size() > 1) {
            narrow.put("organisations", first);
        }
        settings.values().keySet().stream()
                .filter(key -> key.startsWith("organisation.") && !(calls && key.split("\\.", 3)[1].equals(first)))
                .forEach(key -> narrow.put(key, ""));
        return narrow;
    }

    private void prepare(Simulator simulator) {
        try {
            if (events == null) {
                simulator.list(service.name()).generate(Generation.of(1, 1));
                return;
            }
            for (JsonNode event : events) {
                String identifikator = event.path(field("identifikator")).asText();
                String period = event.path(field("gjelderPeriode")).asText();
                simulator.list(service.name()).publish(identifikator, period.isEmpty() ? null : period);
            }
        } catch (IllegalArgumentException e) {
            if (events == null) {
                throw new ConfigurationException("The simulator does not know " + service.name()
                        + "; give an event by --event, and what a lookup answers by --answer.");
            }
            // It has no answer for the key: the lookup will say so
        }
    }

    private TrialReport run(Settings against) {
        TrialSteps steps = new TrialSteps(events, answer);
        try (Application application = Application.forTrial(against, routes, steps::attachTo)) {
            String organisation = Catalogue.organisations(against).get(0);
            Statistics.Counts counts = application.statistics().of(service.name(), organisation);
            int expected = events == null ? 1 : events.size();
            long end = System.nanoTime() + LONGEST.toNanos();
            while (System.nanoTime() < end && !ended(application, counts, expected, organisation)) {
                Thread.sleep(20);
            }
            return steps.report(List.copyOf(application.alerts().open().values()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private boolean ended(Application application, Statistics.Counts counts, int expected, String organisation) {
        boolean through = counts.eventsRead.sum() >= expected && application.pending(service.name(), organisation) == 0;
        return through
                || counts.failedTries.sum() > 0
                || !application.alerts().open().isEmpty();
    }
}
