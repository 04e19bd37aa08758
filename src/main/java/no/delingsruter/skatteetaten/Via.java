package no.delingsruter.skatteetaten;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import org.jspecify.annotations.Nullable;

/** A proxy between a service and its API ({@code <service>.via}), as {@code via/<name>.properties} describes it. */
public final class Via {
    private static final List<String> KNOWN = List.of("fiks");
    private static final Map<String, Via> READ = new ConcurrentHashMap<>();

    private final String name;
    private final Properties facts = new Properties();

    private Via(String name) {
        this.name = name;
        try (InputStream in = Via.class.getResourceAsStream("/via/" + name + ".properties")) {
            facts.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Empty when the service's calls go straight to the API.
     *
     * @throws ConfigurationException when no proxy has that name
     */
    public static Optional<Via> of(Settings settings, String service) {
        String key = service + ".via";
        return settings.find(key).map(name -> {
            if (!KNOWN.contains(name)) {
                throw new ConfigurationException(
                        key + ": '" + name + "' is not one of " + String.join(", ", KNOWN) + ".");
            }
            return READ.computeIfAbsent(name, Via::new);
        });
    }

    /** All proxies that this program knows. */
    public static List<Via> all() {
        return KNOWN.stream().map(name -> READ.computeIfAbsent(name, Via::new)).toList();
    }

    /** Where the proxy is. */
    String url(Settings settings) {
        return settings.find(fact("url"))
                .orElseGet(() -> fact("url." + settings.choice(fact("environment"), "test", "production")))
                .replaceFirst("/$", "");
    }

    /** The key of where the proxy is. */
    String urlKey() {
        return fact("url");
    }

    public String scope() {
        return fact("scope");
    }

    /** documented, used, inferred or unknown. */
    public String certainty() {
        return fact("certainty");
    }

    /** The month in which the source was read, such as 2026-11. */
    public String read() {
        return fact("read");
    }

    /** Where its facts are from, and whether somebody has tried them. */
    public String source() {
        return fact("source");
    }

    /** The path of a service's event list; empty when the proxy does not have it. */
    public Optional<String> listPath(String service) {
        return Optional.ofNullable(facts.getProperty("list." + service));
    }

    /** The path of a lookup; empty when the proxy does not have it. */
    public Optional<String> lookupPath(String service, String lookup) {
        return Optional.ofNullable(facts.getProperty("lookup." + service + "." + lookup));
    }

    /** The lookups of a service that the proxy has. */
    public List<String> lookups(String service) {
        return List.copyOf(under("lookup." + service + ".").keySet());
    }

    /** The key of each header, by the header's name. */
    public Map<String, String> headers() {
        return under("header.");
    }

    /** The key that gives a name in an address its value; null for none. */
    @Nullable
    String key(String placeholder) {
        return facts.getProperty("name." + placeholder);
    }

    @Nullable
    String defaultOf(String placeholder) {
        return facts.getProperty("default." + placeholder);
    }

    /**
     * What a refusal is about, as far as it says so; empty when this status is none of the proxy's.
     *
     * @param melding what the answer says; none of it is repeated
     */
    String hint(int status, String melding) {
        String common = facts.getProperty("refused." + status);
        if (common == null) {
            return "";
        }
        String said = melding.toLowerCase(Locale.ROOT);
        return name + " refuses "
                + under("word.").entrySet().stream()
                        .filter(word -> said.contains(word.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(common);
    }

    @Override
    public String toString() {
        return name;
    }

    private String fact(String key) {
        return facts.getProperty(key);
    }

    private Map<String, String> under(String prefix) {
        Map<String, String> under = new TreeMap<>();
        for (String key : facts.stringPropertyNames()) {
            if (key.startsWith(prefix)) {
                under.put(key.substring(prefix.length()), facts.getProperty(key));
            }
        }
        return under;
    }
}
