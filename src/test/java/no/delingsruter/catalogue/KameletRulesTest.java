package no.delingsruter.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

@DisplayName("What the validator of Camel's own Kamelet catalogue asks for holds for ours")
class KameletRulesTest {
    private static final Path FOLDER = Path.of("routes/kamelets");
    private static final String ENDING = ".kamelet.yaml";
    private static final String PREFIX = "camel.apache.org/";
    /** Says what the catalogue of services reads, and the template does not. */
    private static final String READ_BY_CATALOGUE = "urn:delingsruter:catalogue";

    private static final Pattern PARAMETER = Pattern.compile("\\{\\{\\??([A-Za-z0-9-._]+)(?::[^}]*)?}}");
    private static final Set<String> SMALL_WORDS = Set.of("a", "and", "at", "by", "for", "in", "of", "on", "per", "to");

    @Test
    @DisplayName("Twelve rules: name, type, annotations, title, texts, parameters, passwords, template, dependencies")
    void allHold() throws IOException {
        List<String> broken = new ArrayList<>();
        Set<String> texts = new HashSet<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                Map<?, ?> kamelet = kamelet(Files.readString(file));
                broken.addAll(broken(name, kamelet));
                Map<?, ?> definition = at(kamelet, "spec", "definition");
                for (String text : List.of("title", "description")) {
                    if (!texts.add(String.valueOf(definition.get(text)))) {
                        broken.add(name + " 12: another one has the same " + text);
                    }
                }
            }
        }
        assertEquals(List.of(), broken);
        assertEquals(18, texts.size(), "titles and descriptions of nine Kamelets");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | name: pending-lookup-sink | name: pending-lookups-sink",
                "2 | kamelet.type: sink | kamelet.type: action",
                "3 | support.level: \"Preview\" | support.level: \"\"",
                "4 | title: Pending Lookup Sink | title: Pending Lookup",
                "5 | type: object | type: string",
                "6 | required: [service, lookup] | required: [service, service, other]",
                "7 | title: First Lookup | title: The first lookup",
                "8 | {{?qualifier}} | {{?qualifiers}}",
                "9 | title: Qualifier | format: password",
                "10 | uri: kamelet:source | uri: timer:tick",
                "11 | mvn:no.delingsruter: | file:no.delingsruter:",
            })
    @DisplayName("Null control: a Kamelet that breaks a rule is named with it")
    void broken(String rule, String right, String wrong) throws IOException {
        String name = "pending-lookup-sink" + ENDING;
        String text = Files.readString(FOLDER.resolve(name));
        assertNotEquals(text, text.replace(right, wrong), right);
        assertEquals(
                Set.of(rule),
                broken(name, kamelet(text.replace(right, wrong))).stream()
                        .map(said -> said.replaceFirst("\\S+ (\\d+):.*", "$1"))
                        .filter(rule::equals)
                        .collect(Collectors.toSet()));
    }

    private static List<String> broken(String file, Map<?, ?> kamelet) {
        Map<?, ?> metadata = at(kamelet, "metadata");
        Map<?, ?> annotations = at(metadata, "annotations");
        Map<?, ?> definition = at(kamelet, "spec", "definition");
        Map<?, ?> template = at(kamelet, "spec", "template");
        Map<?, ?> properties = at(definition, "properties");
        String name = String.valueOf(metadata.get("name"));
        String type = String.valueOf(at(metadata, "labels").get(PREFIX + "kamelet.type"));
        List<String> broken = new ArrayList<>();
        rule(broken, file, 1, file.equals(name + ENDING), "file and name differ");
        rule(broken, file, 2, List.of("source", "sink", "action").contains(type) && name.endsWith("-" + type), "type");
        for (String wanted : List.of(
                "kamelet.support.level",
                "catalog.version",
                "kamelet.icon",
                "provider",
                "kamelet.group",
                "kamelet.namespace")) {
            String value = String.valueOf(annotations.get(PREFIX + wanted));
            rule(broken, file, 3, annotations.get(PREFIX + wanted) != null && !value.isBlank(), wanted);
        }
        rule(
                broken,
                file,
                4,
                String.valueOf(definition.get("title")).toLowerCase(Locale.ROOT).endsWith(type),
                "title does not end with its type");
        rule(broken, file, 5, "object".equals(definition.get("type")), "definition is no object");
        rule(broken, file, 5, definition.get("description") instanceof String, "no description");
        List<?> required = definition.get("required") instanceof List<?> list ? list : List.of();
        rule(
                broken,
                file,
                6,
                properties.keySet().containsAll(required)
                        && Set.copyOf(required).size() == required.size(),
                "required: unknown or twice");
        properties.forEach((key, value) -> property(broken, file, key, (Map<?, ?>) value));
        parameters(broken, file, properties, template);
        String said = template.toString();
        rule(broken, file, 10, !type.equals("source") || said.contains("kamelet:sink"), "no kamelet:sink");
        rule(
                broken,
                file,
                10,
                type.equals("source")
                        || "kamelet:source".equals(at(template, "from").get("uri")),
                "does not begin with kamelet:source");
        List<?> dependencies = (List<?>) at(kamelet, "spec").get("dependencies");
        dependencies.forEach(one -> rule(
                broken, file, 11, String.valueOf(one).matches("camel:[a-z-]+|mvn:[^:]+:[^:]+:[^:]+"), "dependency"));
        rule(
                broken,
                file,
                11,
                dependencies.contains(
                        "mvn:no.delingsruter:delingsruter:" + annotations.get(PREFIX + "catalog.version")),
                "the jar that it needs");
        return broken;
    }

    private static void property(List<String> broken, String file, Object key, Map<?, ?> property) {
        String title = String.valueOf(property.get("title"));
        boolean capitals = Stream.of(title.split(" "))
                .allMatch(word -> SMALL_WORDS.contains(word) || Character.isUpperCase(word.charAt(0)));
        rule(
                broken,
                file,
                7,
                property.keySet().containsAll(Set.of("title", "type", "description"))
                        && capitals
                        && !title.matches("(The|A|An) .*"),
                key + ": title, type or description");
        rule(
                broken,
                file,
                9,
                !"password".equals(property.get("format"))
                        || String.valueOf(property.get("x-descriptors")).contains("urn:camel:group:credentials"),
                key + ": a password without its descriptor");
    }

    private static void parameters(List<String> broken, String file, Map<?, ?> properties, Map<?, ?> template) {
        Set<String> declared = properties.keySet().stream().map(String::valueOf).collect(Collectors.toSet());
        if (template.get("beans") instanceof List<?> beans) {
            beans.forEach(bean -> declared.add(String.valueOf(((Map<?, ?>) bean).get("name"))));
        }
        Set<String> used = PARAMETER
                .matcher(template.toString())
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
        properties.forEach((key, value) -> {
            if (String.valueOf(((Map<?, ?>) value).get("x-descriptors")).contains(READ_BY_CATALOGUE)) {
                rule(broken, file, 8, used.add(String.valueOf(key)), key + " is used after all");
            }
        });
        rule(broken, file, 8, declared.equals(used), "declared " + declared + ", used " + used);
    }

    private static void rule(List<String> broken, String file, int rule, boolean holds, String what) {
        if (!holds) {
            broken.add(file + " " + rule + ": " + what);
        }
    }

    private static Map<?, ?> kamelet(String text) {
        return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(text);
    }

    private static Map<?, ?> at(Map<?, ?> map, String... names) {
        Map<?, ?> result = map;
        for (String name : names) {
            result = result.get(name) instanceof Map<?, ?> next ? next : Map.of();
        }
        return result;
    }
}
