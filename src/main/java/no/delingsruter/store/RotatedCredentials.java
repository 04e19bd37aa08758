package no.delingsruter.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Below a pool: asks for the password whenever a connection is opened, since it may have been rotated. A pool's own way to do so is not
 * the same in each of its versions, and an application chooses the version.
 */
final class RotatedCredentials extends AbstractDataSource {
    private final String url;
    private final String user;
    private final Supplier<String> password;

    /** @param user empty when the address says all */
    RotatedCredentials(String url, String user, Supplier<String> password) {
        this.url = url;
        this.user = user;
        this.password = password;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return user.isEmpty() ? DriverManager.getConnection(url) : getConnection(user, password.get());
    }

    @Override
    public Connection getConnection(String name, String secret) throws SQLException {
        return DriverManager.getConnection(url, name, secret);
    }

    @Override
    public int getLoginTimeout() {
        return DriverManager.getLoginTimeout();
    }

    /** It is the JVM's: what an application, or its pool, has chosen stays. */
    @Override
    public void setLoginTimeout(int seconds) {
        if (DriverManager.getLoginTimeout() == 0) {
            DriverManager.setLoginTimeout(seconds);
        }
    }
}
