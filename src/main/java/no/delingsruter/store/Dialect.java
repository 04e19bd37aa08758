package no.delingsruter.store;

import java.util.Locale;
import java.util.regex.Pattern;
import no.delingsruter.configuration.ConfigurationException;

/** The kinds of databases that results are delivered to; the store is on one of the first two. */
public enum Dialect {
    H2("jdbc:h2:", "h2-*.jar"),
    POSTGRESQL("jdbc:postgresql:", "postgresql-*.jar"),
    ORACLE("jdbc:oracle:", "ojdbc11.jar"),
    SQLSERVER("jdbc:sqlserver:", "mssql-jdbc-*.jre11.jar"),
    MARIADB("jdbc:(mariadb|mysql):", "mariadb-java-client-*.jar, or mysql-connector-j-*.jar");

    private static final Pattern MODE = Pattern.compile(";MODE=(ORACLE|MSSQLSERVER)(;|$)");

    private final Pattern address;
    private final String driver;

    Dialect(String address, String driver) {
        this.address = Pattern.compile(address + ".*");
        this.driver = driver;
    }

    /**
     * By the address; an H2 that behaves as Oracle or SQL Server (MODE) is one of those.
     *
     * @param prefix of the configuration, {@code store} or {@code database}
     * @throws ConfigurationException when it is none of them
     */
    public static Dialect of(String prefix, String url) {
        for (Dialect dialect : values()) {
            if (dialect.address.matcher(url).matches()) {
                return dialect == H2 ? behaviour(url) : dialect;
            }
        }
        throw new ConfigurationException(
                prefix
                        + ".url is not a JDBC address of H2 (jdbc:h2:...), PostgreSQL (jdbc:postgresql:...), Oracle (jdbc:oracle:...), SQL Server (jdbc:sqlserver:...), MariaDB or MySQL (jdbc:mariadb:..., jdbc:mysql:...).");
    }

    private static Dialect behaviour(String url) {
        var mode = MODE.matcher(url.toUpperCase(Locale.ROOT));
        return !mode.find() ? H2 : mode.group(1).equals("ORACLE") ? ORACLE : SQLSERVER;
    }

    /** Whether its tables have a history, which Flyway keeps. */
    boolean hasHistory() {
        return this == H2 || this == POSTGRESQL;
    }

    /** The jar that a database's driver comes in. */
    String driver() {
        return driver;
    }

    /** As files are named. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
