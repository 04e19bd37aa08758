package no.delingsruter.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Something to look at: a command that shows it as JSON.
 *
 * @param query which of the command's options may be given
 */
record Look(String path, List<String> command, Set<String> query) {
    private static final ObjectMapper JSON = new ObjectMapper();
    static final Map<String, Look> ALL = Stream.of(
                    new Look("status", List.of("status"), Set.of()),
                    new Look("instances", List.of("instances"), Set.of()),
                    new Look("operations", List.of("operations"), Set.of("limit")),
                    new Look(
                            "parked",
                            List.of("parked", "list"),
                            Set.of("service", "organisation", "kode", "from", "to", "key", "id", "discarded", "limit")),
                    new Look("positions", List.of("position", "show"), Set.of()),
                    new Look("catalogue", List.of("services"), Set.of()),
                    new Look("configuration", List.of("configuration"), Set.of()))
            .collect(Collectors.toMap(Look::path, Function.identity()));

    /** The command has not shown what it was asked for: its words, fit for whoever asked. */
    static final class NotShownException extends RuntimeException {
        private static final long serialVersionUID = 1;
        final boolean misunderstood;

        NotShownException(Commands.Said said) {
            super(said.text().strip());
            this.misunderstood = said.exitCode() == 2;
        }
    }

    /** @throws NotShownException when it cannot be shown, as while the store is away */
    JsonNode at(Commands commands, MultiMap asked) {
        List<String> arguments = new ArrayList<>(command);
        arguments.add("--json");
        for (String name : asked.names()) {
            String value = String.join(",", asked.getAll(name));
            if (query.contains(name) && !value.isBlank()) {
                arguments.add(name.equals("discarded") ? "--discarded" : "--" + name + "=" + value);
            }
        }
        Commands.Said said = commands.show(arguments);
        try {
            JsonNode shown = JSON.readTree(said.text());
            if (shown != null && shown.isObject()) {
                return shown;
            }
        } catch (JsonProcessingException e) {
            // Not shown, then
        }
        throw new NotShownException(said);
    }
}
