package no.delingsruter.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.TreeSet;
import no.delingsruter.camel.RouteSteps;
import no.delingsruter.configuration.Keys;
import no.delingsruter.configuration.Settings;
import no.delingsruter.logging.Logging;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The configuration as it applies: each key, its value and where that comes from; of a secret no more than whether it is set. */
@Command(
        name = "configuration",
        description = "Each key, its value and where that comes from; of secrets no more than whether they are set.")
final class ConfigurationCommand extends OperatorCommand {
    private static final String SET = "(set)";

    @Option(names = "--json", description = "As JSON, for programs")
    private boolean json;

    ConfigurationCommand(OperatorAccess access) {
        super(access);
    }

    @Override
    public Integer call() {
        return run(this::show);
    }

    private int show(OperatorAccess.Operator operator, PrintWriter out) {
        Settings settings = operator.settings();
        ObjectNode said = Json.object();
        ArrayNode keys = said.putArray("keys");
        for (String name : new TreeSet<>(settings.values().keySet())) {
            Optional<Keys.Key> key = Keys.find(name);
            String value = shown(settings, name, key);
            if (json) {
                keys.addObject()
                        .put("key", name)
                        .put("value", value)
                        .put("secret", key.map(Keys.Key::secret).orElse(false))
                        .put("source", settings.source(name))
                        .put("description", key.map(Keys.Key::description).orElse(""));
            } else {
                out.printf("%-48s %-60s %s%n", name, value, settings.source(name));
            }
        }
        if (json) {
            out.println(said);
        }
        return CommandLine.ExitCode.OK;
    }

    /** What is none of our keys, such as a component's option of Camel's, may be a secret. */
    private static String shown(Settings settings, String name, Optional<Keys.Key> key) {
        if (settings.find(name).isEmpty()) {
            return "";
        }
        if (settings.secretFile(name).isPresent()) {
            return SET + " " + settings.secretFile(name).get();
        }
        return key.isEmpty() || key.get().secret()
                ? SET
                : Logging.masked(RouteSteps.withoutSecrets(
                        settings.get(name).replaceAll("\\p{Cntrl}", "?").replaceFirst("(?i);(user|password)=.*", "")));
    }
}
