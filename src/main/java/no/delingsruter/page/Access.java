package no.delingsruter.page;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import org.jspecify.annotations.Nullable;

/** Who asks: by a token, by what a trusted proxy says, or, on this machine alone and only to look, anybody. */
final class Access {
    private static final String BEARER = "Bearer ";
    private static final String LOCAL_NAME = "(?i)(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?";

    private final @Nullable Tokens tokens;
    private final @Nullable String userHeader;
    private final @Nullable String rolesHeader;
    private final List<IpSubnetFilterRule> proxies;
    private final boolean loopback;
    private final WrongTokens wrong = new WrongTokens(Duration.ofMinutes(1));

    /** @throws ConfigurationException when the file of tokens or the proxies' addresses cannot be used */
    Access(Settings settings) {
        this.tokens = settings.find("management.tokens-file")
                .map(file -> new Tokens(Path.of(file)))
                .orElse(null);
        this.userHeader = settings.find("management.user-header").orElse(null);
        this.rolesHeader = settings.find("management.roles-header").orElse(null);
        this.proxies =
                settings.list("management.proxies").stream().map(Access::rule).toList();
        this.loopback = isLoopback(settings.get("management.host"));
    }

    /** Whether page and API are there: by the network, only for those who say who they are. */
    boolean served() {
        return loopback || tokens != null || userHeader != null;
    }

    /** Whether somebody can come in by a token. */
    boolean takesTokens() {
        return tokens != null;
    }

    /** @param session token that the browser came in with */
    Optional<Visitor> of(HttpServerRequest request, Optional<String> session) {
        String authorization = request.getHeader("Authorization");
        if (authorization != null && authorization.startsWith(BEARER)) {
            return byNewToken(request, authorization.substring(BEARER.length()).strip());
        }
        return byProxy(request).or(() -> session.flatMap(this::byToken)).or(() -> byMachine(request));
    }

    /** By one that somebody sends; one that is none is said. */
    Optional<Visitor> byNewToken(HttpServerRequest request, String token) {
        Optional<Visitor> visitor = byToken(token);
        if (visitor.isEmpty()) {
            wrong.tried(request.remoteAddress().hostAddress());
        }
        return visitor;
    }

    private Optional<Visitor> byToken(String token) {
        return tokens == null ? Optional.empty() : tokens.of(token);
    }

    private Optional<Visitor> byProxy(HttpServerRequest request) {
        String user = userHeader == null ? null : request.getHeader(userHeader);
        if (user == null || user.isBlank() || !trusted(request.remoteAddress())) {
            return Optional.empty();
        }
        String roles =
                rolesHeader == null ? "" : String.join(",", request.headers().getAll(rolesHeader));
        String name = user.replaceAll("[^\\p{L}\\p{N}_.@-]", "?");
        return Optional.of(new Visitor(name.substring(0, Math.min(60, name.length())), Role.among(roles)));
    }

    private boolean trusted(SocketAddress from) {
        InetSocketAddress address = new InetSocketAddress(from.hostAddress(), from.port());
        return proxies.stream().anyMatch(rule -> rule.matches(address));
    }

    /** By a name of this machine alone: else a page of somebody else's could ask through a name of its own. */
    private Optional<Visitor> byMachine(HttpServerRequest request) {
        return loopback
                        && tokens == null
                        && userHeader == null
                        && String.valueOf(request.authority()).matches(LOCAL_NAME)
                ? Optional.of(Visitor.LOCAL)
                : Optional.empty();
    }

    private static boolean isLoopback(String host) {
        try {
            return Stream.of(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static IpSubnetFilterRule rule(String text) {
        try {
            InetAddress address = InetAddress.getByName(text.replaceFirst("/.*", ""));
            int prefix = text.contains("/")
                    ? Integer.parseInt(text.replaceFirst(".*/", ""))
                    : address.getAddress().length * 8;
            return new IpSubnetFilterRule(address, prefix, IpFilterRuleType.ACCEPT);
        } catch (UnknownHostException | RuntimeException e) {
            throw new ConfigurationException(
                    "management.proxies: " + text + " is neither an address nor a network such as 10.0.0.0/8.");
        }
    }

    /** Roles, for those who may not. */
    static String needed(Role role, Set<Role> has) {
        return "This needs the role " + role.name().toLowerCase(Locale.ROOT) + "; you have "
                + has.stream()
                        .map(one -> one.name().toLowerCase(Locale.ROOT))
                        .sorted()
                        .collect(Collectors.joining(", "))
                + ".";
    }
}
