package no.delingsruter.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * One command that changes or reveals something, as it is asked for by HTTP: its path is the command's words, its fields are the
 * command's options.
 *
 * @param fields   {@code dryRun} for {@code --dry-run}
 * @param required among the fields
 */
record Verb(String path, Role role, Set<String> fields, Set<String> required) {
    private static final Set<String> FLAGS = Set.of("held", "plan", "dryRun", "all", "discarded", "reveal");
    /** In which persons are named: never among the arguments. */
    private static final Set<String> INPUT = Set.of("identifikator", "keys");

    private static final String SCOPE = "service organisation lookup because";
    private static final String SELECTION = "id service organisation kode from to key discarded all";
    static final Map<String, Verb> ALL = List.of(
                    verb("pause", SCOPE + " from to", "because"),
                    verb("resume", SCOPE, ""),
                    verb("drain", SCOPE, "because"),
                    verb("stop", SCOPE, "because"),
                    verb("start", SCOPE, ""),
                    verb("position/set", "service organisation because to expect dryRun", "service to"),
                    verb("refetch", SCOPE + " held outcome kode keys plan", ""),
                    verb("backfill", SCOPE + " from to plan", "from"),
                    verb("deliver-again", SCOPE + " endpoint", "because"),
                    verb("operations/pause", "id because", "id"),
                    verb("operations/resume", "id because", "id"),
                    verb("operations/cancel", "id because", "id"),
                    verb("parked/replay", SELECTION + " expect", "expect"),
                    verb("parked/discard", SELECTION + " because expect", "because expect"),
                    verb("erase", "service organisation identifikator because", "identifikator because"),
                    new Verb("parked/show", Role.READ, words("id reveal"), words("id")),
                    new Verb(
                            "explain",
                            Role.READ,
                            words("identifikator service organisation reveal"),
                            words("identifikator")))
            .stream()
            .collect(Collectors.toMap(Verb::path, verb -> verb, (one, other) -> one, LinkedHashMap::new));

    /** What is to be run. */
    record Wish(List<String> arguments, @Nullable String input) {}

    private static Verb verb(String path, String fields, String required) {
        return new Verb(path, Role.OPERATE, words(fields), words(required));
    }

    private static Set<String> words(String text) {
        return Arrays.stream(text.split(" ", -1))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toSet());
    }

    /**
     * @param body JSON object of the fields; of a form, their texts
     * @throws IllegalArgumentException saying what cannot be used of it, without what it holds
     */
    Wish wish(JsonNode body, Visitor by) {
        List<String> arguments = new ArrayList<>(List.of(path.split("/", -1)));
        String input = null;
        for (Map.Entry<String, JsonNode> field : body.properties()) {
            String name = field.getKey();
            if (!fields.contains(name)) {
                throw new IllegalArgumentException("There is no field of that name; there is "
                        + fields.stream().sorted().collect(Collectors.joining(", ")) + ".");
            }
            String text = text(field.getValue());
            if (text.isBlank()) {
                continue;
            }
            if (INPUT.contains(name)) {
                input = text;
                arguments.add("--sent");
            } else if (!FLAGS.contains(name)) {
                arguments.add(option(name) + "=" + text);
            } else if (text.matches("true|on")) {
                arguments.add(option(name));
            } else if (!text.equals("false")) {
                throw new IllegalArgumentException(name + " is neither true nor false.");
            }
        }
        required.stream()
                .sorted()
                .filter(name -> text(body.path(name)).isBlank())
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException(name + " is missing.");
                });
        arguments.add("--by=" + by.name());
        if (path.equals("parked/show")) {
            arguments.add("--json");
        }
        return new Wish(arguments, input);
    }

    private static String text(JsonNode value) {
        return value instanceof ArrayNode
                ? StreamSupport.stream(value.spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.joining(","))
                : value.isNull() || value.isMissingNode() ? "" : value.asText();
    }

    private static String option(String field) {
        return "--" + field.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** What somebody needs who asks so. */
    Role role(JsonNode body) {
        return text(body.path("reveal")).matches("true|on") ? Role.REVEAL : role;
    }
}
