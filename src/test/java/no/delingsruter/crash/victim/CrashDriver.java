package no.delingsruter.crash.victim;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.logging.Logger;

/**
 * Stands before the real JDBC drivers in the child, so that every statement and every commit has a crash point before and after
 * it. It is found as a driver like any other, through META-INF/services of the kit's own jar.
 */
public final class CrashDriver implements Driver {
    private final List<Driver> real = new ArrayList<>();

    /** Last on the class path, so the others are there by now: nobody else may be asked. */
    public CrashDriver() throws SQLException {
        org.h2.Driver.unload();
        org.postgresql.Driver.deregister();
        DriverManager.registerDriver(this);
    }

    private synchronized List<Driver> real() {
        if (real.isEmpty()) {
            real.add(new org.h2.Driver());
            real.add(new org.postgresql.Driver());
        }
        return real;
    }

    @Override
    public Connection connect(String url, Properties info) throws SQLException {
        for (Driver driver : real()) {
            if (driver.acceptsURL(url)) {
                return CrashConnection.around(driver.connect(url, info));
            }
        }
        return null;
    }

    @Override
    public boolean acceptsURL(String url) throws SQLException {
        for (Driver driver : real()) {
            if (driver.acceptsURL(url)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }
}
