package no.delingsruter.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import no.delingsruter.app.Application;
import no.delingsruter.app.TestBed;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A mistake in a route file is one sentence with its place, before anything is called")
class RouteMistakesTest {
    private static final String INNTEKT = "inntekt.camel.yaml";
    private static final String SINK = "        - to:\n            uri: kamelet:pending-lookup-sink\n";
    private static final String DELIVERY = "        - to:\n            uri: direct:delivery\n";
    private static final String ROUTE = "- route:\n    id: mine\n    from:\n      uri: direct:mine\n      steps:\n";

    @TempDir
    Path directory;

    /** In routes/inntekt.camel.yaml: what is replaced, by what, and what is said. */
    static Stream<Arguments> edits() {
        return Stream.of(
                edit(
                        "a tab",
                        SINK,
                        "\t" + SINK,
                        INNTEKT + ":17: not YAML: found character '\\t(TAB)' that cannot start any token"),
                edit(
                        "wrong indentation",
                        DELIVERY,
                        "       - to:\n            uri: direct:delivery\n",
                        INNTEKT + ":46: not YAML"),
                edit(
                        "an unknown step",
                        "        - to:\n            uri: direct:delivery",
                        "        - tou:\n            uri: direct:delivery",
                        INNTEKT + ":46: Unknown node id: tou."),
                edit(
                        "to without uri",
                        DELIVERY,
                        "        - to: {}\n",
                        INNTEKT + ":45, route inntekt-oppslag: Either 'uri' or 'ref' must be specified."),
                edit(
                        "an unknown Kamelet",
                        "kamelet:pending-lookup-sink",
                        "kamelet:pending-lookup-snk",
                        INNTEKT + ":17, route inntekt-hendelser: there is no Kamelet pending-lookup-snk"),
                edit(
                        "from misspelt",
                        "    from:\n      uri: kamelet:hendelsesliste-source",
                        "    form:\n      uri: kamelet:hendelsesliste-source",
                        INNTEKT + ": no route in it begins with an event list"),
                edit(
                        "an unknown Kamelet parameter",
                        "period: month",
                        "periode: month",
                        INNTEKT
                                + ":17, route inntekt-hendelser: Kamelet pending-lookup-sink has no parameter periode; the nearest one is period."),
                edit(
                        "the same in the form of an address",
                        SINK,
                        """
                                - to: kamelet:pending-lookup-sink?service=inntekt&lookup=inntekt&periode=month
                                - to:
                                    uri: kamelet:pending-lookup-sink
                        """,
                        INNTEKT
                                + ":17, route inntekt-hendelser: Kamelet pending-lookup-sink has no parameter periode; the nearest one is period."),
                edit(
                        "an unknown parameter of the source",
                        "title: Inntekt",
                        "titel: Inntekt",
                        INNTEKT
                                + ":6, route inntekt-hendelser: Kamelet hendelsesliste-source has no parameter titel; the nearest one is title."),
                edit(
                        "a missing Kamelet parameter",
                        "              lookup: inntekt\n              period",
                        "              period",
                        INNTEKT
                                + ":17, route inntekt-hendelser: Route template pending-lookup-sink the following mandatory parameters must be provided: lookup."),
                edit("a duplicate route id", "id: inntekt-oppslag", "id: inntekt-hendelser", INNTEKT),
                edit(
                        "direct: that nobody consumes",
                        "direct:delivery",
                        "direct:delivry",
                        INNTEKT
                                + ":46, route inntekt-oppslag: no route begins with direct:delivry; the nearest one is direct:delivery."),
                edit(
                        "a lookup that nobody asks for",
                        "service: inntekt\n        lookup: inntekt\n",
                        "service: inntekt\n        lookup: inntekter\n",
                        "no route takes lookup inntekt/inntekt from pending-lookup-source"),
                edit(
                        "results that nothing takes",
                        DELIVERY,
                        "",
                        INNTEKT + ":28, route inntekt-oppslag: its results are looked up and nothing takes them"),
                edit(
                        "an unknown language",
                        DELIVERY,
                        step(
                                "filter:\n            expression:\n              groovy:\n                expression: \"x\"\n            steps:\n              - log: \"x\""),
                        INNTEKT + ":46, route inntekt-oppslag: No language could be found for: groovy"),
                edit(
                        "a filter without steps",
                        DELIVERY,
                        DELIVERY
                                + step(
                                        "filter:\n            expression:\n              simple:\n                expression: \"${body} != ''\""),
                        INNTEKT + ":48, route inntekt-oppslag: Definition has no children"),
                edit(
                        "a choice without branches",
                        DELIVERY,
                        step("choice:\n            when: []") + DELIVERY,
                        INNTEKT + ":46, route inntekt-oppslag: choice has no steps"),
                edit(
                        "a filter whose steps stand behind it",
                        DELIVERY,
                        step(
                                        "filter:\n            expression:\n              simple:\n                expression: \"${body} != ''\"")
                                + DELIVERY,
                        INNTEKT + ":46, route inntekt-oppslag: filter has no steps"),
                edit(
                        "a loop whose steps stand behind it",
                        DELIVERY,
                        step("loop:\n            expression:\n              constant:\n                expression: 3")
                                + DELIVERY,
                        INNTEKT + ":46, route inntekt-oppslag: loop has no steps"),
                edit(
                        "multicast without steps",
                        DELIVERY,
                        step("multicast: {}") + DELIVERY,
                        INNTEKT + ":45, route inntekt-oppslag: multicast has no steps"),
                edit(
                        "a step without its expression",
                        DELIVERY,
                        step("setBody: {}") + DELIVERY,
                        INNTEKT + ":45, route inntekt-oppslag: an expression is missing"),
                edit(
                        "a branch without its condition",
                        DELIVERY,
                        step(
                                "choice:\n            when:\n              - steps:\n                  - to:\n                      uri: direct:delivery"),
                        INNTEKT + ":46, route inntekt-oppslag: an expression is missing"),
                edit(
                        "a wire tap to nobody",
                        DELIVERY,
                        step("wireTap:\n            uri: direct:nobody") + DELIVERY,
                        INNTEKT + ":46, route inntekt-oppslag: no route begins with direct:nobody"),
                edit(
                        "an enrichment from nobody",
                        DELIVERY,
                        step(
                                        "enrich:\n            expression:\n              constant:\n                expression: direct:nobody")
                                + DELIVERY,
                        INNTEKT + ":46, route inntekt-oppslag: no route begins with direct:nobody"),
                edit(
                        "a list of receivers with one that is nobody",
                        DELIVERY,
                        step(
                                "recipientList:\n            expression:\n              constant:\n                expression: direct:nobody,direct:delivery"),
                        INNTEKT + ":46, route inntekt-oppslag: no route begins with direct:nobody"),
                edit(
                        "a queue in memory",
                        DELIVERY,
                        step("to:\n            uri: seda:mine"),
                        INNTEKT + ":46, route inntekt-oppslag: seda: keeps results in memory alone"),
                edit(
                        "a class that is not there",
                        DELIVERY,
                        step("bean:\n            beanType: com.example.Mine") + DELIVERY,
                        INNTEKT + ":46, route inntekt-oppslag: there is no class com.example.Mine"),
                edit(
                        "an unknown value of a Kamelet parameter",
                        "period: month",
                        "period: monthly",
                        INNTEKT + ":17, route inntekt-hendelser: 'monthly' is none of as-is, year, month, none"),
                edit(
                        "a scope that is missing",
                        "        scope: skatteetaten:inntekt\n        source",
                        "        source",
                        INNTEKT
                                + ":6, route inntekt-hendelser: Route template hendelsesliste-source the following mandatory parameters must be provided: scope."),
                edit(
                        "an empty expression",
                        DELIVERY,
                        step(
                                "filter:\n            simple: \"\"\n            steps:\n              - to:\n                  uri: direct:delivery"),
                        INNTEKT + ":46, route inntekt-oppslag: filter has an empty expression"),
                edit(
                        "autoStartup",
                        "    id: inntekt-oppslag\n",
                        "    id: inntekt-oppslag\n    autoStartup: false\n",
                        ", route inntekt-oppslag: autoStartup: all routes start together here"),
                edit(
                        "a broken expression",
                        DELIVERY,
                        step(
                                        "filter:\n            expression:\n              simple:\n                expression: \"${body[x} == '1\"\n            steps:\n              - log: \"x\"")
                                + DELIVERY,
                        INNTEKT + ":46, route inntekt-oppslag: expected symbol"),
                edit(
                        "an unknown placeholder",
                        DELIVERY,
                        step("log: \"{{no.such.key}}\"") + DELIVERY,
                        INNTEKT + ":46, route inntekt-oppslag: Property with key [no.such.key] not found"),
                edit("an unquoted brace", "path: \"RAW(/v1/{", "path: {rettighetspakke}/{", INNTEKT + ":38: not YAML"),
                edit(
                        "a value with &",
                        "\"RAW(/v1/{rettighetspakke}/{identifikator}/inntekter?fraOgMed={gjelderPeriode}&tilOgMed={gjelderPeriode})\"",
                        "\"/v1/{rettighetspakke}/{identifikator}/inntekter?fraOgMed={gjelderPeriode}&tilOgMed={gjelderPeriode}\"",
                        INNTEKT + ":33, route inntekt-oppslag: Kamelet oppslag-action has no parameter tilOgMed"),
                edit(
                        "a colon in a scalar",
                        "description: Inntekt, events.",
                        "description: Inntekt: events.",
                        INNTEKT + ":4: not YAML"),
                edit(
                        "a component that is not there",
                        "direct:delivery",
                        "nocomponent:x",
                        INNTEKT
                                + ":46, route inntekt-oppslag: no component nocomponent is there; put its jar (camel-nocomponent-"),
                edit(
                        "an unknown endpoint parameter",
                        DELIVERY,
                        step("to:\n            uri: seda:x\n            parameters:\n              sise: 5"),
                        INNTEKT + ":46, route inntekt-oppslag: it has no parameter sise."));
    }

    /** Files of the user's own: name, content, and what is said. */
    static Stream<Arguments> files() {
        return Stream.of(
                Arguments.of("an empty file", "mine.camel.yaml", "", "mine.camel.yaml is empty"),
                Arguments.of("no dash", "mine.camel.yaml", ROUTE.substring(2), "mine.camel.yaml:1: this is no list"),
                Arguments.of(
                        "another ending",
                        "mine.camel.yml",
                        ROUTE + "        - log: \"x\"\n",
                        "mine.camel.yml: this file is not loaded; its name must end in .camel.yaml."),
                Arguments.of(
                        "a folder of its own",
                        "own/mine.camel.yaml",
                        ROUTE + "        - log: \"x\"\n",
                        "own/mine.camel.yaml: this file is not loaded; it must lie in "),
                Arguments.of(
                        "a Kamelet with another ending",
                        "kamelets/mine.kamelet.yml",
                        "kind: Kamelet\n",
                        "mine.kamelet.yml: this file is not loaded; its name must end in .kamelet.yaml."),
                Arguments.of(
                        "a broken Kamelet that nobody uses",
                        "kamelets/mine.kamelet.yaml",
                        "kind: Kamelet\nspec:\n  template:\n    from:\n     uri: kamelet:source\n       steps:\n",
                        "kamelets/mine.kamelet.yaml:"),
                Arguments.of(
                        "the id of another file's route",
                        "mine.camel.yaml",
                        ROUTE.replace("id: mine", "id: delivery") + "        - log: \"x\"\n",
                        "mine.camel.yaml:1, route delivery: a route in delivery.camel.yaml has the same id"),
                Arguments.of(
                        "the beginning of another route",
                        "mine.camel.yaml",
                        ROUTE.replace("direct:mine", "direct:delivery") + "        - log: \"x\"\n",
                        "mine.camel.yaml:4, route mine: route delivery begins with direct:delivery, too"),
                Arguments.of(
                        "a lookup taken twice",
                        "mine.camel.yaml",
                        ROUTE.replace("direct:mine", "kamelet:pending-lookup-source?service=inntekt&lookup=inntekt")
                                + DELIVERY,
                        "mine.camel.yaml:4, route mine: route inntekt-oppslag begins with kamelet:pending-lookup-source, too"),
                Arguments.of(
                        "a bean that is not there",
                        "mine.camel.yaml",
                        ROUTE + "        - bean:\n            ref: nobean\n            method: x\n",
                        "mine.camel.yaml:6, route mine: No bean could be found in the registry for: nobean"));
    }

    private static String step(String text) {
        return "        - " + text + "\n";
    }

    private static Arguments edit(String name, String from, String to, String sentence) {
        return Arguments.of(name, from, to, sentence);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("edits")
    void edited(String name, String from, String to, String sentence) throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            Path file = bed.routes().resolve(INNTEKT);
            String text = Files.readString(file);
            assertTrue(text.contains(from), "the route has changed: " + from);
            int last = text.lastIndexOf(from);
            Files.writeString(
                    file,
                    from.equals(DELIVERY) || from.equals("direct:delivery")
                            ? text.substring(0, last) + to + text.substring(last + from.length())
                            : text.replaceFirst(
                                    java.util.regex.Pattern.quote(from), java.util.regex.Matcher.quoteReplacement(to)));
            refused(bed, sentence);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void ownFile(String name, String file, String text, String sentence) throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            Files.createDirectories(bed.routes().resolve(file).getParent());
            Files.writeString(bed.routes().resolve(file), text);
            refused(bed, sentence);
        }
    }

    @ParameterizedTest(name = "{0}")
    @org.junit.jupiter.params.provider.CsvSource(
            delimiter = '|',
            value = {
                "direct:databse | delivery.endpoints: no route begins with direct:databse; the nearest one is direct:database.",
                "nocomponent:x | delivery.endpoints: nocomponent: cannot be used: no component nocomponent is there; put its jar (camel-nocomponent-",
                "file:x?filName=a | delivery.endpoints: file: cannot be used: it has no parameter filName.",
                "seda:x | delivery.endpoints: seda: keeps results in memory alone, so that a stop loses them",
                "seda:x?sise=5&secretKey=abc | delivery.endpoints: seda: cannot be used: "
            })
    void deliveryEndpoints(String endpoint, String sentence) {
        try (TestBed bed = new TestBed(directory)) {
            bed.set("delivery.endpoints", endpoint);
            String said = refused(bed, sentence);
            assertFalse(said.contains("abc"), said);
        }
    }

    @Test
    @DisplayName("Mistakes in several files are all said at once, a line each")
    void several() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            Files.writeString(bed.routes().resolve("a.camel.yaml"), ROUTE + "        - tou: x\n");
            Files.writeString(bed.routes().resolve("b.camel.yaml"), ROUTE + "        - to: {}\n");
            assertEquals(
                    2,
                    refused(bed, "a.camel.yaml:6: Unknown node id: tou.")
                            .lines()
                            .count());
        }
    }

    @Test
    @DisplayName("check --routes says the same without a key, a store or a call; without mistakes it says nothing")
    void checkAlone() throws IOException {
        try (TestBed bed = new TestBed(directory)) {
            Settings settings = Settings.load(bed.config(), null, Map.of(), new Properties())
                    .with(Map.of("inntekt.rettighetspakke", "test", "skatteetaten.url", "http://localhost:1"));
            Application.check(settings, bed.routes());
            Files.writeString(bed.routes().resolve("a.camel.yaml"), ROUTE + "        - tou: x\n");
            String said = assertThrows(ConfigurationException.class, () -> Application.check(settings, bed.routes()))
                    .getMessage();
            assertTrue(said.endsWith("a.camel.yaml:6: Unknown node id: tou."), said);
        }
    }

    private static String refused(TestBed bed, String sentence) {
        ConfigurationException e = assertThrows(ConfigurationException.class, bed::start);
        assertTrue(e.getMessage().contains(sentence), e.getMessage());
        assertEquals(0, bed.simulator().stats().calls());
        assertEquals(0, bed.simulator().stats().tokens().granted());
        return e.getMessage();
    }
}
