package no.delingsruter.skatteetaten;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.logging.Logging;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a service's calls carry of its own: headers, and values for the names in its addresses. Each organisation's own goes before. */
public final class Access {
    /** Where the APIs are, unless a proxy stands in front of them. */
    static final String URL = "skatteetaten.url";

    private static final Logger LOG = LoggerFactory.getLogger(Access.class);
    /** Set by this program, or by HTTP itself. */
    private static final Set<String> OURS = Set.of(
            "authorization",
            "korrelasjonsid",
            "accept",
            "accept-encoding",
            "if-none-match",
            "host",
            "user-agent",
            "cookie",
            "connection",
            "content-type",
            "content-length",
            "content-encoding",
            "expect",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "proxy-authorization",
            "proxy-connection");
    /** Camel takes these for instructions, and sends none of them. */
    private static final Pattern CAMELS = Pattern.compile("(?i)(camel|org\\.apache\\.camel).*");

    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]+");

    private final Settings settings;
    private final String service;
    private final @Nullable Via via;
    private final Map<String, Map<String, String>> headerKeys = new ConcurrentHashMap<>();
    /** The last usable value by its key, for a file that is being replaced. */
    private final Map<String, String> usable = new ConcurrentHashMap<>();

    private final Set<String> unusable = ConcurrentHashMap.newKeySet();

    public Access(Settings settings, String service) {
        this.settings = settings;
        this.service = service;
        this.via = Via.of(settings, service).orElse(null);
    }

    /** The scope of a call, {@code declared} unless a proxy has its own. */
    public String scope(String declared) {
        return via == null ? declared : via.scope();
    }

    /** Where the calls go; null for where the API is. */
    public @Nullable String url() {
        return via == null ? null : via.url(settings);
    }

    /** The configuration key that says where the calls go. */
    String urlKey() {
        return via == null ? URL : via.urlKey();
    }

    /** What a proxy refuses with this answer, as far as it says so; empty for nothing. Nothing of the answer is in it. */
    String hint(Call call) {
        return via == null ? "" : via.hint(call.status(), new String(call.body(), StandardCharsets.UTF_8));
    }

    /** The path of the service's event list: {@code <service>.list-path}, its proxy's, or the declared one. */
    public static String listPath(Settings settings, String service, String declared) {
        return settings.find(service + ".list-path")
                .or(() -> Via.of(settings, service).flatMap(way -> way.listPath(service)))
                .orElse(declared);
    }

    /** The value of {@code <service>.<name>}, or what its proxy's key says; null for none. */
    public @Nullable String value(String organisation, String name) {
        return settings.find(organisation, service + "." + name)
                .or(() -> Optional.ofNullable(via)
                        .map(way -> way.key(name))
                        .flatMap(key -> settings.find(organisation, key)))
                .orElseGet(() -> via == null ? null : via.defaultOf(name));
    }

    /** The configuration key of a name in an address. */
    public String key(String name) {
        String key = via == null ? null : via.key(name);
        return key == null ? service + "." + name : key;
    }

    /** By name, as their files are now; the values are secret. */
    public Map<String, String> headers(String organisation) {
        Map<String, String> headers = new TreeMap<>();
        headerKeys.computeIfAbsent(organisation, this::keys).forEach((name, key) -> headers.put(name, now(key)));
        return headers;
    }

    /** @throws ConfigurationException when a header is one of ours, or has no value that can be sent; its value is not told */
    public void check(String organisation) {
        if (via != null) {
            via.headers().values().forEach(key -> {
                if (settings.find(organisation, key).isEmpty()) {
                    throw new ConfigurationException(key + " is missing"
                            + (organisation.matches("\\d+") ? " for organisation " + organisation : "") + ": " + service
                            + ".via=" + via + " needs it.");
                }
            });
        }
        keys(organisation).forEach((name, key) -> {
            if (OURS.contains(name.toLowerCase(Locale.ROOT))
                    || CAMELS.matcher(name).matches()) {
                throw new ConfigurationException(
                        key + ": the header " + name + " is not for the configuration to set; this program sets it.");
            }
            if (settings.findNow(key).filter(Access::canBeSent).isEmpty()) {
                throw new ConfigurationException(
                        key + ": it is empty, or holds what no header can (a line break, or letters beyond ASCII).");
            }
        });
    }

    /** The configuration key of each header; names of headers are the same in upper and lower case. */
    private Map<String, String> keys(String organisation) {
        Map<String, String> keys = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        if (via != null) {
            via.headers().forEach((name, key) -> {
                String own = "organisation." + organisation + "." + key;
                keys.put(name, settings.find(own).isPresent() ? own : key);
            });
        }
        for (String prefix : List.of(service, "organisation." + organisation + "." + service)) {
            String before = prefix + ".header.";
            settings.values().keySet().stream()
                    .filter(key -> key.startsWith(before))
                    .forEach(key -> {
                        String name = key.substring(before.length());
                        keys.remove(name);
                        keys.put(name, key);
                    });
        }
        return keys;
    }

    private String now(String key) {
        Optional<String> value;
        try {
            value = settings.findNow(key).filter(Access::canBeSent);
        } catch (ConfigurationException e) {
            value = Optional.empty();
        }
        if (value.isPresent()) {
            if (!value.get().equals(usable.put(key, value.get()))) {
                Logging.hide(value.get());
            }
            unusable.remove(key);
        } else if (unusable.add(key)) {
            LOG.warn(
                    "{}: its file cannot be read, or holds no value for a header; the value before it is used on", key);
        }
        // The start has found a value, which stays in the settings
        return value.orElseGet(() -> usable.getOrDefault(key, settings.get(key)));
    }

    private static boolean canBeSent(String value) {
        return VALUE.matcher(value).matches();
    }
}
