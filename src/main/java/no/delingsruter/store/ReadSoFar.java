package no.delingsruter.store;

import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import no.delingsruter.configuration.ConfigurationException;

/** How far each event list has been read, by a store that no job works on. The store stays as it is, of whatever version it is. */
public final class ReadSoFar {
    private static final int ANSWER_SECONDS = 5;
    private static final String SEEN = "seen";

    private final Map<List<String>, At> lists;

    private ReadSoFar(Map<List<String>, At> lists) {
        this.lists = lists;
    }

    /**
     * Of one list.
     *
     * @param number the last one that was passed
     * @param seen   what the list's reader noted of the events that were read; null for nothing
     */
    public record At(long number, String seen) {}

    /** Nothing was read. */
    public static ReadSoFar nothing() {
        return new ReadSoFar(Map.of());
    }

    /**
     * Of nothing when there is no store yet.
     *
     * @throws ConfigurationException when it cannot be read; a sentence
     */
    public static ReadSoFar of(String url, String user, String password) {
        Optional<H2File> file = H2File.of(url);
        boolean server = url.startsWith(PostgreSql.PREFIX);
        if (!server && (file.isEmpty() || !Files.exists(file.get().data()))) {
            return nothing();
        }
        try (Connection connection = server
                        ? PostgreSql.connect(PostgreSql.address(url, ANSWER_SECONDS), user, password)
                        : PostgreSql.connect(
                                DatabaseAddress.reading(url),
                                user.isEmpty() ? "sa" : user,
                                user.isEmpty() ? "" : password);
                Statement statement = connection.createStatement()) {
            return isThere(connection) ? read(statement) : nothing();
        } catch (SQLException e) {
            throw new ConfigurationException("store.url: how far lists have been read cannot be read ("
                    + StoreException.kind(e) + "), so they were asked for their beginning only.");
        }
    }

    private static boolean isThere(Connection connection) throws SQLException {
        String schema = connection.getSchema();
        for (String name : List.of("checkpoint", "CHECKPOINT")) {
            try (ResultSet table = connection.getMetaData().getTables(null, schema, name, null)) {
                if (table.next()) {
                    return true;
                }
            }
        }
        return false;
    }

    private static ReadSoFar read(Statement statement) throws SQLException {
        Map<List<String>, At> lists = new HashMap<>();
        try (ResultSet row = statement.executeQuery("select * from checkpoint")) {
            boolean noted = false;
            for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                noted |= row.getMetaData()
                        .getColumnName(column)
                        .toLowerCase(Locale.ROOT)
                        .equals(SEEN);
            }
            while (row.next()) {
                lists.put(
                        List.of(row.getString("service"), row.getString("organisation")),
                        new At(row.getLong("sekvensnummer"), noted ? row.getString(SEEN) : null));
            }
        }
        return new ReadSoFar(lists);
    }

    /** Empty when nothing of the list was read. */
    public Optional<At> of(String service, String organisation) {
        return Optional.ofNullable(lists.get(List.of(service, organisation)));
    }
}
