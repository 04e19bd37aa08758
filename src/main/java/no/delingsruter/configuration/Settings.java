package no.delingsruter.configuration;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The configuration as it applies: JVM properties before environment variables before the profile's file before
 * {@code application.properties} before the defaults of {@link Keys}.
 */
public final class Settings {
    private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m|h|d|)");
    /** The {@link #source} of what a JVM property sets. */
    public static final String BY_PROPERTY = "given by -D";
    /** The {@link #source} of what the program sets itself. */
    public static final String BY_PROGRAM = "given at the start";

    private final Map<String, String> values;
    private final Origins origins;
    /** The values, {@code file:PATH}, of secrets that stand in files of their own. */
    private final Map<String, String> secretFiles;
    /** What was asked for before: finding the pattern of a key that is not set takes some fifty comparisons, for every lookup. */
    private final Map<String, Optional<String>> found = new ConcurrentHashMap<>();

    Settings(Map<String, String> values, Origins origins, Map<String, String> secretFiles) {
        this.values = values;
        this.origins = origins;
        this.secretFiles = secretFiles;
    }

    /**
     * Reads {@code application.properties} and, for a profile, {@code application-<profile>.properties} in {@code directory}.
     *
     * @param profile     null for none
     * @param environment environment variables, {@code SKATTEETATEN_URL} for {@code skatteetaten.url}
     * @param system      JVM properties
     * @throws ConfigurationException when a file cannot be read
     */
    public static Settings load(Path directory, String profile, Map<String, String> environment, Properties system) {
        return new SettingsReader().load(directory, profile, environment, system);
    }

    /**
     * What an application has, and the defaults: there no port is opened and no answers are kept unasked.
     *
     * @param given       by the names of {@link Keys}
     * @param environment where a proxy may be named
     * @throws ConfigurationException when a file that holds a secret cannot be read
     */
    public static Settings of(Map<String, String> given, Map<String, String> environment) {
        return new SettingsReader().of(given, environment);
    }

    /** The same settings with {@code overrides} on top. */
    public Settings with(Map<String, String> overrides) {
        Map<String, String> merged = new TreeMap<>(values);
        merged.putAll(overrides);
        Map<String, String> files = new TreeMap<>(secretFiles);
        files.keySet().removeAll(overrides.keySet());
        Origins from = origins.copy();
        overrides.keySet().forEach(key -> from.fixed().put(key, BY_PROGRAM));
        return new Settings(merged, from, files);
    }

    /**
     * The same settings with values for keys of the installation's own, from JVM properties and environment variables that set none of
     * ours.
     */
    public Settings adopting(Collection<String> keys) {
        Map<String, String> more = new TreeMap<>(values);
        Origins from = origins.copy();
        Map<String, String> unknown = origins.unknown();
        for (String key : keys) {
            String variable = EnvironmentNames.of(key);
            if (unknown.containsKey(key)) {
                more.put(key, unknown.get(key).strip());
                from.unknown().remove(key);
                from.variables().remove(key);
            } else if (unknown.containsKey(variable)) {
                more.put(key, unknown.get(variable).strip());
                from.variables().put(key, variable);
            }
            from.unknown().remove(variable);
        }
        return new Settings(more, from, secretFiles);
    }

    /** The keys that stand in a configuration file. */
    public Set<String> fromFiles() {
        return origins.files().keySet();
    }

    /** Where the value of a key comes from, in words: a variable, a file, a JVM property, or the default. */
    public String source(String key) {
        return origins.of(key);
    }

    /** The file that a secret is read from, where it stands in one of its own. */
    public Optional<String> secretFile(String key) {
        return Optional.ofNullable(secretFiles.get(key));
    }

    /** The environment variable of each key whose value comes from one. */
    public Map<String, String> variables() {
        return Map.copyOf(origins.variables());
    }

    /** Names of JVM properties and environment variables that set no key: the system's own, and misspelt ones. */
    public Set<String> unknown() {
        return Set.copyOf(origins.unknown().keySet());
    }

    /** The same, saying where the value at fault comes from when that is no file of ours: a platform may have set it. */
    public ConfigurationException explained(ConfigurationException e) {
        return origins.explained(e);
    }

    /** All values, secrets included: for placeholders only, never to be shown. */
    public Map<String, String> values() {
        return Map.copyOf(values);
    }

    /** The value, or the key's default; empty when neither is there or the value is blank. */
    public Optional<String> find(String key) {
        Optional<String> value = found.get(key);
        return value != null ? value : found.computeIfAbsent(key, this::search);
    }

    /**
     * The same, but a secret from a file of its own as that file is now: it may have been rotated.
     *
     * @throws ConfigurationException when the file cannot be read
     */
    public Optional<String> findNow(String key) {
        String file = secretFiles.get(key);
        return file == null
                ? find(key)
                : Optional.of(SecretFile.secret(key, file)).filter(text -> !text.isBlank());
    }

    /** The value as it is whenever it is asked for, empty for none; while its file is being replaced, the one before. */
    public Supplier<String> current(String key) {
        AtomicReference<String> last = new AtomicReference<>(find(key).orElse(""));
        return () -> {
            try {
                last.set(findNow(key).orElse(""));
            } catch (ConfigurationException e) {
                // It can be read again in a moment, or else the one before is refused, which is said
            }
            return last.get();
        };
    }

    private Optional<String> search(String key) {
        String value = values.get(key);
        if (value == null) {
            value = Keys.find(key).map(Keys.Key::defaultValue).orElse(null);
        }
        return Optional.ofNullable(value).filter(text -> !text.isBlank());
    }

    /** @throws ConfigurationException when the key has no value */
    public String get(String key) {
        return find(key).orElseThrow(() -> new ConfigurationException(key + " is missing: " + description(key) + "."));
    }

    /** The organisation's own value ({@code organisation.<number>.<key>}), or the common one. */
    public Optional<String> find(String organisation, String key) {
        return find("organisation." + organisation + "." + key).or(() -> find(key));
    }

    public List<String> list(String key) {
        return find(key)
                .map(text -> Arrays.stream(text.split(","))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList())
                .orElse(List.of());
    }

    /** @throws ConfigurationException when the value is not a positive whole number */
    public int positive(String key) {
        return whole(key, 1);
    }

    /** @throws ConfigurationException when the value is not a whole number of at least {@code least} */
    public int whole(String key, int least) {
        return parse(
                key,
                text -> {
                    int number = Integer.parseInt(text);
                    if (number < least) {
                        throw new IllegalArgumentException();
                    }
                    return number;
                },
                "a whole number of at least " + least);
    }

    /** A duration such as {@code 500ms}, {@code 60s}, {@code 5m}, {@code 1h}; a plain number is seconds, and 0 is none. */
    public Duration duration(String key) {
        return parse(
                key,
                text -> {
                    Duration duration = parseDuration(text);
                    if (duration.toMillis() == 0) {
                        throw new IllegalArgumentException();
                    }
                    return duration;
                },
                "a duration of 1ms or more, such as 500ms, 60s or 5m");
    }

    /** @throws ConfigurationException when the value is none of {@code choices} */
    public String choice(String key, String... choices) {
        return parse(
                key,
                text -> {
                    String value = text.toLowerCase(Locale.ROOT);
                    if (!List.of(choices).contains(value)) {
                        throw new IllegalArgumentException();
                    }
                    return value;
                },
                "one of " + String.join(", ", choices));
    }

    /** @throws ConfigurationException naming the key when {@code parser} does not take the value */
    public <T> T parse(String key, Function<String, T> parser, String expected) {
        String text = get(key);
        try {
            return parser.apply(text);
        } catch (RuntimeException e) {
            String shown = Keys.find(key).map(Keys.Key::secret).orElse(true) ? "the value" : "'" + text + "'";
            throw new ConfigurationException(key + ": " + shown + " is not " + expected + ".");
        }
    }

    /** @throws IllegalArgumentException when it is none */
    public static Duration parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException();
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> Duration.ofSeconds(amount);
        };
    }

    private static String description(String key) {
        return Keys.find(key)
                .map(Keys.Key::description)
                .map(text -> Character.toLowerCase(text.charAt(0)) + text.substring(1))
                .orElse("a value is needed");
    }
}
