package no.delingsruter.skatteetaten;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import no.delingsruter.configuration.ConfigurationException;

/** A path and query with {@code {names}}; what is filled in is encoded, so that it cannot become another path. */
final class PathTemplate {
    private static final Pattern NAME = Pattern.compile("\\{([A-Za-z]+)}");
    private final String path;
    private final String query;

    /** @param template such as <code>/v1/{rettighetspakke}/{identifikator}?fraOgMed={gjelderPeriode}</code> */
    PathTemplate(String template) {
        String[] parts = template.split("\\?", 2);
        this.path = parts[0];
        this.query = parts.length == 2 ? parts[1] : null;
        if (!path.startsWith("/")) {
            throw new ConfigurationException("The path '" + template + "' of a lookup does not begin with /.");
        }
    }

    /** @throws IllegalArgumentException naming what has no value that can be part of a path */
    String path(UnaryOperator<String> values) {
        return fill(path, name -> {
            String value = values.apply(name);
            if (value.isEmpty() || value.matches("\\.+")) {
                throw new IllegalArgumentException("the key has no usable " + name);
            }
            return value;
        });
    }

    /** Null for none; a parameter without a value is left out. */
    String query(UnaryOperator<String> values) {
        if (query == null) {
            return null;
        }
        StringBuilder result = new StringBuilder();
        for (String parameter : query.split("&")) {
            Matcher matcher = NAME.matcher(parameter);
            if (matcher.find() && values.apply(matcher.group(1)).isEmpty()) {
                continue;
            }
            result.append(result.isEmpty() ? "" : "&").append(fill(parameter, values));
        }
        return result.isEmpty() ? null : result.toString();
    }

    private static String fill(String template, UnaryOperator<String> values) {
        Matcher matcher = NAME.matcher(template);
        StringBuilder result = new StringBuilder();
        while (matcher.find()) {
            String value = values.apply(matcher.group(1));
            matcher.appendReplacement(result, Matcher.quoteReplacement(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20")));
        }
        matcher.appendTail(result);
        return result.toString();
    }
}
