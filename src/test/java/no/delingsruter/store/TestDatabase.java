package no.delingsruter.store;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Real databases for tests: H2 in a file, and PostgreSQL started once for the whole run. */
public enum TestDatabase {
    H2 {
        @Override
        public String url(Path directory) {
            return "jdbc:h2:file:" + directory.resolve("store-" + UUID.randomUUID());
        }

        @Override
        public String migrated(Path directory) {
            String url = url(directory);
            try {
                Files.copy(H2Template.FILE, H2Template.file(url), StandardCopyOption.COPY_ATTRIBUTES);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return url;
        }

        @Override
        public String user() {
            return "";
        }
    },
    POSTGRESQL {
        @Override
        public String url(Path directory) {
            return Server.url("");
        }

        @Override
        public String migrated(Path directory) {
            return Server.url(" template " + PostgresTemplate.NAME);
        }

        @Override
        public String user() {
            return "postgres";
        }
    };

    /** A new, empty database. */
    public abstract String url(Path directory);

    /** A new store as its migrations leave it: a copy of one, which is quicker. */
    public abstract String migrated(Path directory);

    public abstract String user();

    public StoreLook look(String url) {
        return this == H2
                ? new StoreLook(url + ";DB_CLOSE_ON_EXIT=FALSE", "sa", "")
                : new StoreLook(url, user(), "postgres");
    }

    public HikariDataSource open(String url) {
        return Databases.openStore("store", url, user(), "postgres", 10);
    }

    /** Asks how many transactions wait for another's lock. */
    public String waiting() {
        return this == H2
                ? "select count(*) from information_schema.sessions where blocker_id is not null"
                : "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    }

    private static final class H2Template {
        static final Path FILE = create();

        private static Path create() {
            try {
                Path directory = Files.createTempDirectory("template");
                String url = H2.url(directory);
                H2.open(url).close();
                directory.toFile().deleteOnExit();
                file(url).toFile().deleteOnExit();
                return file(url);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        static Path file(String url) {
            return Path.of(url.substring("jdbc:h2:file:".length()) + ".mv.db");
        }
    }

    private static final class PostgresTemplate {
        static final String NAME = create();

        private static String create() {
            String url = Server.url("");
            POSTGRESQL.open(url).close();
            return url.substring(url.lastIndexOf('/') + 1);
        }
    }

    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();
        private static final StoreLook ADMINISTRATOR =
                new StoreLook(POSTGRES.getJdbcUrl("postgres", "postgres"), "postgres", "postgres");

        static String url(String like) {
            String name = "t" + UUID.randomUUID().toString().replace("-", "");
            ADMINISTRATOR.jdbc().execute("create database " + name + like);
            return POSTGRES.getJdbcUrl("postgres", name).replaceAll("\\?.*", "");
        }

        private static EmbeddedPostgres start() {
            try {
                // Its housekeeping goes through the databases of all tests, each time
                EmbeddedPostgres server = EmbeddedPostgres.builder()
                        .setServerConfig("autovacuum_naptime", "5min")
                        .start();
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
