package no.delingsruter.delivery;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.component.jdbc.DefaultJdbcPrepareStatementStrategy;

/**
 * Camel's {@code :?name} parameters of SQL, from the headers of the same names. Camel parses a statement at every execution; this
 * does it once for each statement. A map of parameters, which goes before the headers, is left to Camel.
 *
 * <p>Without it only speed falls: Camel parses up to three long statements for each result.
 */
public final class HeaderParameters extends DefaultJdbcPrepareStatementStrategy {
    private static final Pattern NAME = Pattern.compile(":\\?(\\w+)");
    /** SQL that is put together anew for each message is not kept. */
    private static final int MOST = 200;

    private static final Parsed UNKNOWN = new Parsed("", List.of());

    private final Map<String, Parsed> known = new ConcurrentHashMap<>();

    private record Parsed(String sql, List<String> names) {}

    @Override
    public String prepareQuery(String query, boolean allowNamedParameters) throws SQLException {
        Parsed parsed = allowNamedParameters ? parsed(query) : UNKNOWN;
        return parsed.equals(UNKNOWN) ? super.prepareQuery(query, allowNamedParameters) : parsed.sql;
    }

    @Override
    public Iterator<?> createPopulateIterator(
            String query, String preparedQuery, int expectedParams, Exchange exchange, Object value)
            throws SQLException {
        Parsed parsed = parsed(query);
        Map<String, Object> headers = exchange.getMessage().getHeaders();
        if (parsed.equals(UNKNOWN)
                || parsed.names.size() != expectedParams
                || headers.containsKey("CamelJdbcParameters")
                || !headers.keySet().containsAll(parsed.names)) {
            return super.createPopulateIterator(query, preparedQuery, expectedParams, exchange, value);
        }
        return parsed.names.stream().map(headers::get).iterator();
    }

    @Override
    public void populateStatement(PreparedStatement statement, Iterator<?> values, int expectedParams)
            throws SQLException {
        for (int i = 1; i <= expectedParams && values.hasNext(); i++) {
            statement.setObject(i, values.next());
        }
    }

    private Parsed parsed(String query) {
        Parsed found = known.get(query);
        if (found == null) {
            found = parse(query);
            if (known.size() < MOST) {
                known.put(query, found);
            }
        }
        return found;
    }

    private static Parsed parse(String query) {
        Matcher matcher = NAME.matcher(query);
        List<String> names = new ArrayList<>();
        StringBuilder sql = new StringBuilder(query.length());
        while (matcher.find()) {
            names.add(matcher.group(1));
            matcher.appendReplacement(sql, "?");
        }
        matcher.appendTail(sql);
        return names.isEmpty() || sql.indexOf(":?") >= 0 ? UNKNOWN : new Parsed(sql.toString(), List.copyOf(names));
    }
}
