package no.delingsruter.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import javax.sql.DataSource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * What Flyway has noted about a database. Getting Flyway ready takes a third of a second, which is a noticeable part of a start, and
 * almost every start finds the schema as it should be. This only ever says that there is nothing to do: whatever is new, changed,
 * failed or unknown is left for Flyway to judge.
 *
 * <p>Without it a start takes a third of a second longer; no data is at stake.
 */
final class SchemaHistory {
    static final String TABLE = "delingsruter_schema";
    private static final Pattern VERSION = Pattern.compile("^V(\\d+)__");

    private final DataSource dataSource;
    private final String[] locations;

    /** @param locations of the scripts, as Flyway takes them */
    SchemaHistory(DataSource dataSource, String... locations) {
        this.dataSource = dataSource;
        this.locations = locations;
    }

    /** Where the scripts are: those of a store, or of a database that only receives results. */
    static String[] scripts(String kind, boolean store) {
        String results = "classpath:db/" + kind + "-result";
        return store ? new String[] {"classpath:db/" + kind, results} : new String[] {results};
    }

    /** Whether every script has been applied as it is now, and none has failed. */
    boolean complete() {
        try {
            Map<String, Integer> scripts = scripts(locations);
            Map<String, Integer> applied = applied();
            return !scripts.isEmpty()
                    && applied.entrySet().containsAll(scripts.entrySet())
                    && newest(applied.keySet()) <= newestOfAll();
        } catch (IOException | UncheckedIOException | SQLException e) {
            return false;
        }
    }

    /** Whether it is a database that none of our scripts has ever been applied to. */
    boolean isEmpty() {
        try {
            applied();
            return false;
        } catch (SQLException e) {
            return true;
        }
    }

    /** The highest version that has been applied; 0 for none. */
    int newest() {
        try {
            return newest(applied().keySet());
        } catch (SQLException e) {
            return 0;
        }
    }

    /** The highest version among the program's own scripts, those of the store and of the results. */
    int newestOfAll() {
        String store = locations[0].replace("-result", "");
        try {
            return newest(scripts(store, store + "-result").keySet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int newest(Set<String> scripts) {
        return scripts.stream()
                .filter(Objects::nonNull)
                .map(VERSION::matcher)
                .filter(Matcher::find)
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .max()
                .orElse(0);
    }

    private static Map<String, Integer> scripts(String... locations) throws IOException {
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
    static int checksum(Resource script) {
        CRC32 crc = new CRC32();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(script.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                crc.update(line.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
