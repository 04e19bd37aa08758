package no.delingsruter.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import javax.sql.DataSource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * What Flyway has noted about a database. Getting Flyway ready takes a third of a second, which is a noticeable part of a start, and
 * almost every start finds the schema as it should be. This only ever says that there is nothing to do: whatever is new, changed,
 * failed or unknown is left for Flyway to judge.
 */
final class SchemaHistory {
    static final String TABLE = "delingsruter_schema";

    private final DataSource dataSource;
    private final String[] locations;

    /** @param locations of the scripts, as Flyway takes them */
    SchemaHistory(DataSource dataSource, String... locations) {
        this.dataSource = dataSource;
        this.locations = locations;
    }

    /** Whether every script has been applied as it is now, and none has failed. */
    boolean complete() {
        try {
            Map<String, Integer> scripts = scripts();
            return !scripts.isEmpty() && applied().entrySet().containsAll(scripts.entrySet());
        } catch (IOException | SQLException e) {
            return false;
        }
    }

    private Map<String, Integer> scripts() throws IOException {
        Map<String, Integer> result = new HashMap<>();
        for (String location : locations) {
            for (Resource script : new PathMatchingResourcePatternResolver(SchemaHistory.class.getClassLoader())
                    .getResources(location + "/*.sql")) {
                result.put(script.getFilename(), checksum(script));
            }
        }
        return result;
    }

    /** As Flyway does it: whatever the line ends. */
    private static int checksum(Resource script) throws IOException {
        CRC32 crc = new CRC32();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(script.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                crc.update(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        return (int) crc.getValue();
    }

    /** Empty when one has failed. */
    private Map<String, Integer> applied() throws SQLException {
        Map<String, Integer> result = new HashMap<>();
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("select \"script\", \"checksum\", \"success\" from \"" + TABLE + "\"")) {
            while (rows.next()) {
                if (!rows.getBoolean(3)) {
                    return Map.of();
                }
                result.put(rows.getString(1), rows.getInt(2));
            }
        }
        return result;
    }
}
