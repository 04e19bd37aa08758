package no.delingsruter.installation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import no.delingsruter.camel.InstalledParts;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Keys;
import no.delingsruter.configuration.Settings;
import no.delingsruter.skatteetaten.Gateway;
import org.apache.camel.CamelContext;
import org.apache.camel.VetoCamelContextStartException;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Gives an installation to a context whose routes begin at a list or at a pending lookup, where no program and no starter has given it
 * one: {@code camel run}, camel-main, Quarkus. The keys are the context's properties, with {@code delingsruter.} before them.
 */
public final class AutomaticInstallation implements ContextServicePlugin {
    private static final String BEFORE = "delingsruter.";
    private static final String ENABLED = "enabled";

    @Override
    public void load(CamelContext camel) {
        // There are no routes yet: they tell which services there are
        camel.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextInitializing(CamelContext context) throws VetoCamelContextStartException {
                try {
                    installWhereNeeded(context);
                } catch (RuntimeException e) {
                    // Of any other exception Camel says a word, and starts
                    throw new VetoCamelContextStartException(String.valueOf(e.getMessage()), e, context, true);
                }
            }
        });
    }

    private static void installWhereNeeded(CamelContext camel) {
        Model model = camel.getCamelContextExtension().getContextPlugin(Model.class);
        if (camel.getCamelContextExtension().getContextPlugin(InstalledParts.class) == null
                && model.getRouteDefinitions().stream().anyMatch(OwnFailures::begins)
                && !given(camel, ENABLED).equals("false")) {
            Catalogue catalogue = catalogue(model.getRouteDefinitions());
            Gateway.Tokens tokens = camel.getRegistry().findSingleByType(Gateway.Tokens.class);
            Installation.started(
                    camel, Installation.open(settings(camel, catalogue), catalogue, null, tokens), loaded -> {});
        }
    }

    private static Catalogue catalogue(List<RouteDefinition> routes) {
        Map<Path, String> files = new TreeMap<>();
        for (RouteDefinition route : routes) {
            Resource file = route.getResource();
            if (file != null && file.getLocation().matches(".*\\.ya?ml")) {
                files.computeIfAbsent(path(file), any -> text(file));
            }
        }
        Catalogue catalogue = Catalogue.of(files);
        if (catalogue.services().isEmpty()) {
            throw new ConfigurationException(
                    "services is missing: no route in a file of YAML begins with kamelet:hendelsesliste-source; write one, or set "
                            + BEFORE + ENABLED + "=false.");
        }
        return catalogue;
    }

    /** Without the scheme before it. */
    private static Path path(Resource file) {
        return Path.of(file.getLocation().replaceFirst("^[a-z]{2,}:", ""));
    }

    private static String text(Resource file) {
        try (InputStream in = file.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ConfigurationException(file.getLocation() + " cannot be read.");
        }
    }

    /** What stands under a name that is known is asked for by it, so that it may come from a variable or a JVM property, too. */
    private static Settings settings(CamelContext camel, Catalogue catalogue) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("services", String.join(",", catalogue.services().keySet()));
        settings.putAll(properties(camel));
        settings.remove(ENABLED);
        for (String name : Keys.settable(catalogue.services().keySet())) {
            String value = given(camel, name);
            if (!value.isEmpty()) {
                settings.put(name, value);
            }
        }
        return Settings.of(settings, System.getenv());
    }

    private static Map<String, String> properties(CamelContext camel) {
        Map<String, String> properties = new TreeMap<>();
        Properties given = camel.getPropertiesComponent().loadProperties(name -> name.startsWith(BEFORE));
        for (String name : given.stringPropertyNames()) {
            properties.put(name.substring(BEFORE.length()), given.getProperty(name));
        }
        return properties;
    }

    private static String given(CamelContext camel, String name) {
        return camel.getPropertiesComponent().resolveProperty(BEFORE + name).orElse("");
    }
}
