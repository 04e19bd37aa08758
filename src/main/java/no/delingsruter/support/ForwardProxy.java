package no.delingsruter.support;

import java.io.IOException;
import java.math.BigInteger;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The forward proxy by which calls leave the house. It is spoken to in plain HTTP, also for https addresses.
 *
 * @param user    empty for none
 * @param noneFor what is called directly: hosts, {@code *.example.no} or {@code .example.no} for all of a domain, addresses, each with
 *                a port or without, and networks such as {@code 10.0.0.0/8}
 */
public record ForwardProxy(String host, int port, String user, Supplier<String> password, List<String> noneFor) {
    private static final Pattern NONE_FOR = Pattern.compile(
            "(?<network>\\d+(?:\\.\\d+){3}|[0-9a-f]*:[0-9a-f:.]*)/(?<bits>\\d{1,3})|(?:\\[(?<six>[0-9a-f:.]+)]|(?<host>[^:/\\[\\]*]+))(?::(?<port>\\d+))?|(?<bare>[0-9a-f]*:[0-9a-f:.]*)");
    private static final int SIX_BITS = 128;
    private static final Pattern ADDRESS = Pattern.compile("\\d+(?:\\.\\d+){3}|[0-9a-f]*:[0-9a-f:.]*");

    /** The JDK's client else sends no password to a proxy that it tunnels through (RFC 9110: in the clear). */
    private static final String TUNNELING = "jdk.http.auth.tunneling.disabledSchemes";

    /** The proxy will not have the call, which no waiting mends. */
    public static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * Reads the {@code proxy.*} keys.
     *
     * @param property gives a key's value as it is now, null or blank when it is not set
     * @return null for no proxy, or one that {@code *} calls nothing by
     * @throws IllegalArgumentException naming the key at fault
     */
    public static @Nullable ForwardProxy from(UnaryOperator<String> property) {
        String url = String.valueOf(property.apply("proxy.url")).strip();
        if (url.isEmpty() || url.equals("null")) {
            return null;
        }
        URI address = address(url);
        List<String> noneFor = Arrays.stream(
                        String.valueOf(property.apply("proxy.none-for")).split("[,|\\s]+"))
                .map(entry -> entry.toLowerCase(Locale.ROOT))
                .filter(entry -> !entry.isEmpty())
                .toList();
        if (noneFor.contains("*")) {
            return null;
        }
        String user = String.valueOf(property.apply("proxy.user")).strip();
        if (!user.isEmpty() && System.getProperty(TUNNELING) == null) {
            System.setProperty(TUNNELING, "");
        }
        return new ForwardProxy(
                address.getHost(),
                address.getPort() < 0 ? 3128 : address.getPort(),
                user,
                () -> property.apply("proxy.password"),
                noneFor.stream().map(entry -> entry.replaceFirst("^\\*", "")).toList());
    }

    private static URI address(String url) {
        try {
            URI address = URI.create(url.contains("://") ? url : "http://" + url);
            if (address.getHost() != null && address.getUserInfo() == null && "http".equals(address.getScheme())) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // It may hold a password
        }
        throw new IllegalArgumentException(
                "proxy.url is not the address of a proxy such as http://proxy.example.no:3128; a user stands in proxy.user and proxy.password");
    }

    /** Whether an address is called by way of it. */
    public boolean isFor(URI called) {
        String host = String.valueOf(called.getHost()).toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
        int port = called.getPort() >= 0 ? called.getPort() : "https".equals(called.getScheme()) ? 443 : 80;
        return noneFor.stream().map(NONE_FOR::matcher).noneMatch(entry -> names(entry, host, port));
    }

    /** Entries that are none of what they may be, and name nothing. */
    public List<String> strange() {
        return noneFor.stream()
                .filter(entry -> !NONE_FOR.matcher(entry).matches())
                .toList();
    }

    private static boolean names(Matcher entry, String host, int port) {
        if (!entry.matches() || (entry.group("port") != null && Integer.parseInt(entry.group("port")) != port)) {
            return false;
        }
        if (entry.group("network") != null) {
            return within(entry.group("network"), Integer.parseInt(entry.group("bits")), host);
        }
        String name = entry.group("host");
        if (name == null) {
            return within(entry.group("six") == null ? entry.group("bare") : entry.group("six"), SIX_BITS, host);
        }
        return name.startsWith(".") ? host.endsWith(name) || host.equals(name.substring(1)) : host.equals(name);
    }

    /** Names are not looked up for it. */
    private static boolean within(String network, int bits, String host) {
        if (!ADDRESS.matcher(host).matches()) {
            return false;
        }
        try {
            byte[] one = InetAddress.getByName(network).getAddress();
            byte[] other = InetAddress.getByName(host).getAddress();
            return one.length == other.length
                    && new BigInteger(1, one)
                                    .xor(new BigInteger(1, other))
                                    .shiftRight(Math.max(0, one.length * Byte.SIZE - bits))
                                    .signum()
                            == 0;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Its own answer to a call; a {@link RefusedException} when no waiting mends it. */
    public IOException refused(int status) {
        String what = "the proxy " + host + " refuses the call (" + status + ")";
        return switch (status) {
            case 407 -> new RefusedException(what + ": check proxy.user and proxy.password");
            case 401, 403, 405 ->
                new RefusedException(what + ": it must let calls to Skatteetaten and Maskinporten through");
            default -> new IOException(what);
        };
    }

    /** For the JDK's client. */
    public ProxySelector selector() {
        Proxy proxy = new Proxy(Proxy.Type.HTTP, new InetSocketAddress(host, port));
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(isFor(uri) ? proxy : Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException e) {
                // Whoever calls is told
            }
        };
    }

    /** For the JDK's client. */
    public Authenticator authenticator() {
        return new Authenticator() {
            @Override
            protected @Nullable PasswordAuthentication getPasswordAuthentication() {
                return getRequestorType() == RequestorType.PROXY
                        ? new PasswordAuthentication(user, password.get().toCharArray())
                        : null;
            }
        };
    }

    /** The same proxy, however its password is read: what is made for one then serves the other. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ForwardProxy that
                && host.equals(that.host)
                && port == that.port
                && user.equals(that.user)
                && noneFor.equals(that.noneFor);
    }

    @Override
    public int hashCode() {
        return Objects.hash(host, port, user, noneFor);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
