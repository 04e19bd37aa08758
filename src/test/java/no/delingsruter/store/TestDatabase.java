package no.delingsruter.store;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.UUID;

/** Real databases for tests: H2 in a file, and PostgreSQL started once for the whole run. */
public enum TestDatabase {
    H2 {
        @Override
        public String url(Path directory) {
            return "jdbc:h2:file:" + directory.resolve("store-" + UUID.randomUUID());
        }

        @Override
        public String user() {
            return "";
        }
    },
    POSTGRESQL {
        @Override
        public String url(Path directory) {
            String name = "t" + UUID.randomUUID().toString().replace("-", "");
            try (var connection = Server.POSTGRES.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("create database " + name);
            } catch (java.sql.SQLException e) {
                throw new IllegalStateException(e);
            }
            return Server.POSTGRES.getJdbcUrl("postgres", name).replaceAll("\\?.*", "");
        }

        @Override
        public String user() {
            return "postgres";
        }
    };

    /** A new, empty database. */
    public abstract String url(Path directory);

    public abstract String user();

    public HikariDataSource open(String url) {
        return Databases.openStore("store", url, user(), "postgres", 10);
    }

    /** Asks how many transactions wait for another's lock. */
    public String waiting() {
        return this == H2
                ? "select count(*) from information_schema.sessions where blocker_id is not null"
                : "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    }

    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres server = EmbeddedPostgres.builder().start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    try {
                        server.close();
                    } catch (IOException e) {
                        // the JVM is going anyway
                    }
                }));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
