package no.delingsruter.camel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * SQL whose parameters have names, written {@code :?name} as camel-jdbc does.
 *
 * @param sql   with question marks instead
 * @param names in their order
 */
record NamedSql(String sql, List<String> names) {
    private static final Pattern NAME = Pattern.compile(":\\?(\\w+)");

    static NamedSql of(String text) {
        Matcher matcher = NAME.matcher(text);
        List<String> names = new ArrayList<>();
        StringBuilder sql = new StringBuilder(text.length());
        while (matcher.find()) {
            names.add(matcher.group(1));
            matcher.appendReplacement(sql, "?");
        }
        matcher.appendTail(sql);
        return new NamedSql(sql.toString().strip(), List.copyOf(names));
    }

    /** @throws IllegalArgumentException when one is missing; null is none that is missing */
    List<@Nullable Object> values(Map<String, Object> headers) {
        List<@Nullable Object> values = new ArrayList<>(names.size());
        for (String name : names) {
            Object value = headers.get(name);
            if (value == null && !headers.containsKey(name)) {
                throw new IllegalArgumentException("the message has no header " + name + " for the statement");
            }
            values.add(value);
        }
        return values;
    }
}
