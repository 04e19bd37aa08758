package no.delingsruter.store;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A test's own look into a store. Connections to PostgreSQL are kept: a new one costs the server a process, and a test that waits looks
 * ten times a second and more. Those to H2 are not: they would keep the store's file open.
 */
public final class StoreLook implements AutoCloseable {
    /** As PostgreSQL names them. */
    public static final String NAME = "look";

    private final DataSource source;

    public StoreLook(String url, String user, String password) {
        this.source = url.startsWith(DatabaseAddress.H2)
                ? new DriverManagerDataSource(url, user, password)
                : kept(url, user, password);
    }

    /** Connects when it is first asked. */
    private static DataSource kept(String url, String user, String password) {
        HikariDataSource kept = new HikariDataSource();
        kept.setPoolName(NAME);
        kept.setJdbcUrl(url);
        kept.setUsername(user);
        kept.setPassword(password);
        kept.addDataSourceProperty("ApplicationName", NAME);
        kept.setMinimumIdle(0);
        kept.setMaximumPoolSize(4);
        return kept;
    }

    public DataSource source() {
        return source;
    }

    public JdbcTemplate jdbc() {
        return new JdbcTemplate(source);
    }

    @Override
    public void close() {
        if (source instanceof HikariDataSource kept) {
            kept.close();
        }
    }
}
