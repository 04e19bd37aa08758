package no.delingsruter.skatteetaten;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.configuration.ConfigurationException;

/** A path and query with {@code {names}}; what is filled in is encoded, so that it cannot become another path. */
public final class PathTemplate {
    private static final Pattern NAME = Pattern.compile("\\{([A-Za-z][A-Za-z0-9_.-]*)}");
    private final List<Part> path;
    private final List<List<Part>> query;

    /** Text as it stands, or a name to be filled in. */
    private record Part(String text, boolean name) {}

    /** @param template such as <code>/v1/{rettighetspakke}/{identifikator}?fraOgMed={gjelderPeriode}</code> */
    public PathTemplate(String template) {
        String[] halves = template.split("\\?", 2);
        if (!halves[0].startsWith("/")) {
            throw new ConfigurationException("The path '" + template + "' does not begin with /.");
        }
        path = parts(halves[0]);
        query = halves.length == 2
                ? Arrays.stream(halves[1].split("&")).map(PathTemplate::parts).toList()
                : List.of();
    }

    private static List<Part> parts(String template) {
        List<Part> parts = new ArrayList<>();
        Matcher matcher = NAME.matcher(template);
        int end = 0;
        while (matcher.find()) {
            parts.add(new Part(template.substring(end, matcher.start()), false));
            parts.add(new Part(matcher.group(1), true));
            end = matcher.end();
        }
        parts.add(new Part(template.substring(end), false));
        return parts;
    }

    /** The path as it was written, without the query. */
    public String path() {
        return path.stream()
                .map(part -> part.name() ? "{" + part.text() + "}" : part.text())
                .collect(Collectors.joining());
    }

    /** The names to be filled in, in their order. */
    public List<String> names() {
        return Stream.concat(path.stream(), query.stream().flatMap(List::stream))
                .filter(Part::name)
                .map(Part::text)
                .distinct()
                .toList();
    }

    /** @throws IllegalArgumentException naming what has no value that can be part of a path */
    public String path(UnaryOperator<String> values) {
        StringBuilder result = new StringBuilder();
        for (Part part : path) {
            String value = part.name() ? values.apply(part.text()) : part.text();
            if (part.name() && (value.isEmpty() || value.chars().allMatch(character -> character == '.'))) {
                throw new IllegalArgumentException("the key has no usable " + part.text());
            }
            result.append(part.name() ? encoded(value) : value);
        }
        return result.toString();
    }

    /** Null for none; a parameter without a value is left out. */
    public String query(UnaryOperator<String> values) {
        StringBuilder result = new StringBuilder();
        for (List<Part> parameter : query) {
            int before = result.length();
            result.append(before == 0 ? "" : "&");
            for (int i = 0; i < parameter.size(); i++) {
                Part part = parameter.get(i);
                String value = part.name() ? values.apply(part.text()) : part.text();
                if (i == 1 && value.isEmpty()) {
                    result.setLength(before);
                    break;
                }
                result.append(part.name() ? encoded(value) : value);
            }
        }
        return result.isEmpty() ? null : result.toString();
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
