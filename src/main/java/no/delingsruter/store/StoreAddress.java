package no.delingsruter.store;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Supplier;
import no.delingsruter.configuration.ConfigurationException;

/**
 * How the store is reached, once its server has answered.
 *
 * @param password asked for whenever a connection is opened: it may have been rotated
 */
public record StoreAddress(String url, String user, Supplier<String> password) {
    /** Before the name of an instance, in the name that the server shows of its sessions. */
    static final String APPLICATION = "delingsruter ";

    private static final int ANSWER_SECONDS = 10;

    /**
     * Waits until the store's server is there; says what stands between it and us.
     *
     * @throws ConfigurationException when it is no address of a store, or the server refuses the user or the database
     */
    public static StoreAddress await(String url, String user, Supplier<String> password) throws InterruptedException {
        // For what has no driver, SQL says what it says of a server that is away
        DatabaseAddress.kind("store", url);
        return await("store", url, user, password);
    }

    /**
     * The same for any database that has its driver; for H2 there is no server to wait for.
     *
     * @param prefix configuration prefix for messages
     */
    static StoreAddress await(String prefix, String url, String user, Supplier<String> password)
            throws InterruptedException {
        while (true) {
            try {
                if (!url.startsWith(DatabaseAddress.H2)) {
                    String bounded = url.startsWith(PostgreSql.PREFIX) ? PostgreSql.address(url, ANSWER_SECONDS) : url;
                    DatabaseServer.await(prefix, bounded, user, password.get());
                }
                return new StoreAddress(PostgreSql.asReached(prefix, url, user, password.get()), user, password);
            } catch (SQLException e) {
                // It was there a moment ago
            }
        }
    }

    /** The server is told which instance its sessions are of, unless the address names something else. */
    public StoreAddress named(String instance) {
        return !isShared() || url.contains("ApplicationName=")
                ? this
                : new StoreAddress(
                        url + (url.contains("?") ? "&" : "?") + "ApplicationName="
                                + URLEncoder.encode(APPLICATION + instance, StandardCharsets.UTF_8)
                                        .replace("+", "%20"),
                        user,
                        password);
    }

    /** Whether several instances may work on the store. */
    public boolean isShared() {
        return url.startsWith(PostgreSql.PREFIX);
    }

    /** For leases: see {@link LeaseTable#at}. */
    public LeaseTable.Connections leases(Duration bound) {
        return LeaseTable.at(url, user, password, bound);
    }
}
