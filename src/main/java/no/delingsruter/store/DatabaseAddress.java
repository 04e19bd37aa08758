package no.delingsruter.store;

import java.util.Locale;
import no.delingsruter.configuration.ConfigurationException;

/** JDBC addresses, with what each database needs to be quick and discreet; a parameter that the user gave is kept. */
final class DatabaseAddress {
    static final String H2 = "jdbc:h2:";
    /** Above our longest statement. */
    static final int SOCKET_SECONDS = 60;

    private static final long LEAST_CACHE_KILOBYTES = 16 * 1024L;
    private static final long MOST_CACHE_KILOBYTES = 256 * 1024L;

    private static final int AT_ONCE = 0;
    /** The {@link Durability} of the store has written long before. */
    private static final int WRITE_BEHIND = 60_000;

    private DatabaseAddress() {}

    /** @throws ConfigurationException when it is an address of neither */
    static String kind(String prefix, String url) {
        if (url.startsWith(H2)) {
            return "h2";
        }
        if (url.startsWith(PostgreSql.PREFIX)) {
            PostgreSql.understood(prefix, url);
            return "postgresql";
        }
        throw new ConfigurationException(
                prefix + ".url is not a JDBC address of H2 (jdbc:h2:...) or PostgreSQL (jdbc:postgresql:...).");
    }

    /** The store relies on what this one has committed. */
    static String ofReceiver(String url) {
        return writing(url, AT_ONCE);
    }

    /** By itself H2 writes half a second after the commit. */
    private static String writing(String url, int delayMillis) {
        if (url.startsWith(PostgreSql.PREFIX)) {
            return PostgreSql.address(url, SOCKET_SECONDS);
        }
        return url.startsWith(H2) && !url.toUpperCase(Locale.ROOT).contains(";WRITE_DELAY=")
                ? url + ";WRITE_DELAY=" + delayMillis
                : url;
    }

    /** The address of an embedded store that is there, for reading alone. */
    static String reading(String url) {
        return ofStore(url) + ";IFEXISTS=TRUE;ACCESS_MODE_DATA=r";
    }

    /** An eighth of the heap, within bounds. */
    private static long cacheKilobytes(long heap) {
        return Math.max(LEAST_CACHE_KILOBYTES, Math.min(heap / 8 / 1024, MOST_CACHE_KILOBYTES));
    }

    static String ofStore(String url) {
        if (!url.startsWith(H2)) {
            return writing(url, WRITE_BEHIND);
        }
        String upper = url.toUpperCase(Locale.ROOT);
        StringBuilder result = new StringBuilder(url);
        if (!upper.contains(";QUERY_CACHE_SIZE=")) {
            result.append(";QUERY_CACHE_SIZE=64");
        }
        // Else 16 MB whatever the heap, and a large store's pages are read from the file again and again
        if (!upper.contains(";CACHE_SIZE=")) {
            result.append(";CACHE_SIZE=")
                    .append(cacheKilobytes(Runtime.getRuntime().maxMemory()));
        }
        // Its own log quotes statements with their values
        if (!upper.contains(";TRACE_LEVEL_FILE=")) {
            result.append(";TRACE_LEVEL_FILE=0");
        }
        if (!upper.contains(";DB_CLOSE_ON_EXIT=")) {
            result.append(";DB_CLOSE_ON_EXIT=FALSE");
        }
        return writing(result.toString(), WRITE_BEHIND);
    }
}
