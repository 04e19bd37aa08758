package no.delingsruter.benchmark;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** An empty store for one run, and what is in it afterwards. */
record Store(String url, String user, String password) {
    private static EmbeddedPostgres postgres;
    private static int databases;

    static Store h2(Path directory) {
        return new Store("jdbc:h2:file:" + directory.resolve("store"), "sa", "");
    }

    /** A new database of a PostgreSQL server that is started once and commits as PostgreSQL does by default. */
    static synchronized Store postgresql() throws IOException, SQLException {
        if (postgres == null) {
            postgres = EmbeddedPostgres.builder()
                    .setServerConfig("synchronous_commit", "on")
                    .start();
        }
        String name = "benchmark" + ++databases;
        try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
            connection.createStatement().execute("create database " + name);
        }
        return new Store(postgres.getJdbcUrl("postgres", name).replaceAll("\\?.*", ""), "postgres", "postgres");
    }

    /** The server's version; empty when it was not needed. */
    static synchronized String postgresqlVersion() throws SQLException {
        if (postgres == null) {
            return "";
        }
        try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
            return connection.getMetaData().getDatabaseProductVersion();
        }
    }

    static synchronized void stopPostgresql() throws IOException {
        if (postgres != null) {
            postgres.close();
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    List<String> options() {
        return List.of("-Dstore.url=" + url, "-Dstore.user=" + user, "-Dstore.password=" + password);
    }

    /** After its program has ended. */
    long count(String table) throws SQLException {
        try (Connection connection = connect();
                ResultSet rows = connection.createStatement().executeQuery("select count(*) from " + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
