package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.catalogue.Catalogue.Lookup;
import no.delingsruter.catalogue.Catalogue.Service;
import no.delingsruter.configuration.Keys;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With {@code -Ddocs.write=true} the generated tables are written instead of compared. */
@DisplayName("The documentation is short, leads somewhere, and says what the program says")
class DocumentationTest {
    private static final Path README = Path.of("README.md");
    private static final Path DOCS = Path.of("docs");
    private static final Pattern GENERATED =
            Pattern.compile("(<!-- generated .*-->\n)([\\s\\S]*?)(<!-- end of what is generated -->\n)");
    private static final Pattern FENCE = Pattern.compile("(?m)^```[\\s\\S]*?^```");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    /** At the beginning of a line of properties, or of a piece of code in a sentence. */
    private static final Pattern KEY =
            Pattern.compile("(?m)(?:`|^)([a-z<][A-Za-z0-9<>-]*(?:\\.[A-Za-z0-9<>-]+)+)(?=[`=])");

    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

    static Stream<Path> pages() throws IOException {
        return Stream.concat(
                Stream.of(
                        README,
                        Path.of("CONTRIBUTING.md"),
                        Path.of("CHANGELOG.md"),
                        Path.of("benchmark/README.md"),
                        Path.of("src/test/crash/README.md")),
                docs().stream());
    }

    private static List<Path> docs() throws IOException {
        try (Stream<Path> files = Files.list(DOCS)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    @DisplayName("README.md has at most 150 lines, each page of docs/ fewer than 200")
    void shortEnough() throws IOException {
        int readme = Files.readAllLines(README).size();
        assertTrue(readme <= 150, "README.md has " + readme + " lines");
        for (Path page : docs()) {
            int lines = Files.readAllLines(page).size();
            assertTrue(lines < 200, page + " has " + lines + " lines");
        }
    }

    @Test
    @DisplayName("README.md leads to every page of docs/")
    void readmeLeadsEverywhere() throws IOException {
        String readme = Files.readString(README);
        for (Path page : docs()) {
            assertTrue(readme.contains("](" + page.toString().replace('\\', '/') + ")"), page + " is not in README.md");
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    @DisplayName("Every relative link leads to a file that is there, and to a heading in it")
    void linksLeadSomewhere(Path page) throws IOException {
        List<String> broken = new ArrayList<>();
        Matcher links = LINK.matcher(prose(page));
        while (links.find()) {
            URI link = URI.create(links.group(1));
            if (link.getScheme() != null) {
                continue;
            }
            Path target = link.getPath().isEmpty()
                    ? page
                    : page.resolveSibling(link.getPath()).normalize();
            if (!Files.exists(target)
                    || (link.getFragment() != null && !anchors(target).contains(link.getFragment()))) {
                broken.add(links.group(1));
            }
        }
        assertEquals(List.of(), broken, page.toString());
    }

    @ParameterizedTest
    @MethodSource("pages")
    @DisplayName("Every key that a page names is one that the program or a route knows")
    void keysExist(Path page) throws IOException {
        Catalogue catalogue = Catalogue.read(Path.of("routes"));
        Set<String> first =
                Keys.all().stream().map(key -> firstPart(key.name())).collect(Collectors.toCollection(TreeSet::new));
        first.addAll(catalogue.services().keySet());
        Set<String> unknown = new TreeSet<>();
        Matcher keys = KEY.matcher(Files.readString(page));
        while (keys.find()) {
            String key = keys.group(1);
            if (first.contains(firstPart(key)) && Keys.find(key).isEmpty() && !catalogue.uses(key)) {
                unknown.add(key);
            }
        }
        assertEquals(Set.of(), unknown, page.toString());
    }

    @ParameterizedTest
    @MethodSource("pages")
    @DisplayName("Every test that a page names is there")
    void testsExist(Path page) throws IOException {
        Set<String> named = new TreeSet<>();
        Matcher tests = Pattern.compile("\\b[A-Z]\\w+Test\\b").matcher(Files.readString(page));
        while (tests.find()) {
            named.add(tests.group());
        }
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            files.forEach(file -> named.remove(file.getFileName().toString().replace(".java", "")));
        }
        assertEquals(Set.of(), named, page.toString());
    }

    @Test
    @DisplayName("docs/configuration.md has every key with its default and what it does")
    void configuration() throws IOException {
        StringBuilder table = new StringBuilder("| key | default | what it does |\n|---|---|---|\n");
        for (Keys.Key key : Keys.all()) {
            String value = key.secret() ? "(secret)" : key.defaultValue();
            boolean code = value != null && !value.isEmpty() && !key.secret();
            table.append("| `%s` | %s | %s |\n"
                    .formatted(
                            key.name(),
                            code ? "`" + value + "`" : value == null ? "" : value,
                            cell(key.description())));
        }
        compare("configuration.md", table.toString());
    }

    @Test
    @DisplayName("docs/catalogue.md has every service with its lookups, scopes, and how sure their addresses are")
    void catalogue() throws IOException {
        StringBuilder table = new StringBuilder("| service | list or lookup | scope | address |\n|---|---|---|---|\n");
        for (Service service : Catalogue.read(Path.of("routes")).services().values()) {
            table.append(row(
                    "**" + service.name() + "**",
                    "list: " + service.list().getOrDefault("title", service.name()),
                    service.list().getOrDefault("scope", ""),
                    service.list().getOrDefault("status", "documented")));
            for (Lookup lookup : service.lookups().values()) {
                table.append(row(
                        "",
                        "`" + lookup.name() + "`" + (lookup.calls() ? "" : ": the event itself, no call"),
                        lookup.parameters().getOrDefault("scope", ""),
                        lookup.calls() ? needs(service, lookup) : ""));
            }
        }
        compare("catalogue.md", table.toString());
    }

    @Test
    @DisplayName("Each doc comment belongs to what follows it: JDK 25 does not compile one that hangs in the air")
    void commentsBelongToSomething() throws IOException {
        Pattern dangling = Pattern.compile("\\*/\\s*/\\*\\*");
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                if (dangling.matcher(Files.readString(file)).find()) {
                    found.add(file.toString());
                }
            }
        }
        assertEquals(List.of(), found);
    }

    @Test
    @DisplayName("docs/design.md describes every room, and no room that is not there")
    void rooms() throws IOException {
        Set<String> described = new TreeSet<>();
        Matcher rows = Pattern.compile("(?m)^\\| `([a-z]+)` \\|").matcher(Files.readString(DOCS.resolve("design.md")));
        while (rows.find()) {
            described.add(rows.group(1));
        }
        try (Stream<Path> rooms = Files.list(Path.of("src/main/java/no/delingsruter"))) {
            assertEquals(
                    rooms.filter(Files::isDirectory)
                            .map(room -> room.getFileName().toString())
                            .collect(Collectors.toCollection(TreeSet::new)),
                    described);
        }
    }

    private static String firstPart(String key) {
        return key.substring(0, key.indexOf('.') < 0 ? key.length() : key.indexOf('.'));
    }

    private static String needs(Service service, Lookup lookup) {
        return lookup.status()
                + (lookup.status().equals("unknown") ? ": give `" + service.pathKey(lookup.name()) + "`" : "");
    }

    private static String row(String service, String what, String scope, String status) {
        String scopes = Stream.of(scope.split(","))
                .map(String::strip)
                .filter(one -> !one.isEmpty())
                .map(one -> "`" + one.replaceAll("\\{\\{[^:}]+:(.*)}}", "$1") + "`")
                .collect(Collectors.joining(" or "));
        return "| %s | %s | %s | %s |\n".formatted(service, what, scopes, status);
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replaceAll("(<[a-z]+>\\S*)", "`$1`");
    }

    private static void compare(String page, String generated) throws IOException {
        Path file = DOCS.resolve(page);
        String text = Files.readString(file);
        Matcher between = GENERATED.matcher(text);
        assertTrue(between.find(), page + " has lost the marks around its generated table");
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(file, text.substring(0, between.start(2)) + generated + text.substring(between.end(2)));
        } else {
            assertEquals(
                    generated,
                    between.group(2),
                    page + " is out of date; write it anew with mvn test -Dtest=DocumentationTest -Ddocs.write=true");
        }
    }

    private static String prose(Path page) throws IOException {
        return FENCE.matcher(Files.readString(page)).replaceAll("");
    }

    /** As GitHub makes them. */
    private static Set<String> anchors(Path page) throws IOException {
        Set<String> anchors = new TreeSet<>();
        Matcher headings = HEADING.matcher(prose(page));
        while (headings.find()) {
            anchors.add(headings.group(1)
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-'));
        }
        return anchors;
    }
}
