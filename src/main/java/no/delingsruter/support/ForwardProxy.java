package no.delingsruter.support;

import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The forward proxy by which calls leave the house. It is spoken to in plain HTTP, also for https addresses.
 *
 * @param user    empty for none
 * @param noneFor hosts that are called directly; {@code *.example.no} or {@code .example.no} for all of a domain
 */
public record ForwardProxy(String host, int port, String user, Supplier<String> password, List<String> noneFor) {
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
     * @return null for no proxy
     * @throws IllegalArgumentException naming the key at fault
     */
    public static @Nullable ForwardProxy from(UnaryOperator<String> property) {
        String url = String.valueOf(property.apply("proxy.url")).strip();
        if (url.isEmpty() || url.equals("null")) {
            return null;
        }
        URI address = address(url);
        String user = String.valueOf(property.apply("proxy.user")).strip();
        if (!user.isEmpty() && System.getProperty(TUNNELING) == null) {
            System.setProperty(TUNNELING, "");
        }
        return new ForwardProxy(
                address.getHost(),
                address.getPort() < 0 ? 3128 : address.getPort(),
                user,
                () -> property.apply("proxy.password"),
                Arrays.stream(String.valueOf(property.apply("proxy.none-for")).split("[,|\\s]+"))
                        .map(pattern -> pattern.toLowerCase(Locale.ROOT).replaceFirst("^\\*", ""))
                        .filter(pattern -> !pattern.isEmpty())
                        .toList());
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

    /** Whether a host is called by way of it. */
    public boolean isFor(String called) {
        String name = called.toLowerCase(Locale.ROOT);
        return noneFor.stream()
                .noneMatch(pattern -> pattern.startsWith(".")
                        ? name.endsWith(pattern) || name.equals(pattern.substring(1))
                        : name.equals(pattern));
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
                return List.of(isFor(uri.getHost()) ? proxy : Proxy.NO_PROXY);
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

    /** Without the password. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
