package no.delingsruter.configuration;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
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
    private static final Pattern PROXY = Pattern.compile("(http://|)(?:([^:@/]*):([^@/]*)@)?(.*)");
    private static final Pattern DOMAIN =
            Pattern.compile("(?<=^|[,|\\s])[A-Za-z][A-Za-z0-9_.-]*(?=$|[,|\\s]|:\\d+(?:$|[,|\\s]))");
    private static final String SECRET_FILE = "file:";
    /** The {@link #source} of what a JVM property sets. */
    public static final String BY_PROPERTY = "given by -D";
    /** The {@link #source} of what the program sets itself. */
    public static final String BY_PROGRAM = "given at the start";
    /** What only a process of its own needs, as it is in an application. */
    private static final Map<String, String> IN_APPLICATION = Map.of("management.port", "0", "store.answers", "none");

    private final Map<String, String> values;
    /** The file of each key that stands in one. */
    private final Map<String, String> fromFiles;
    /** Keys set by JVM properties, or by the program itself, and by which of the two. */
    private final Map<String, String> fixed;

    private final Map<String, String> variables;
    private final Map<String, String> unknown;
    /** The values, {@code file:PATH}, of secrets that stand in files of their own. */
    private final Map<String, String> secretFiles;
    /** What was asked for before: finding the pattern of a key that is not set takes some fifty comparisons, for every lookup. */
    private final Map<String, Optional<String>> found = new ConcurrentHashMap<>();

    private Settings(
            Map<String, String> values,
            Map<String, String> fromFiles,
            Map<String, String> fixed,
            Map<String, String> variables,
            Map<String, String> unknown,
            Map<String, String> secretFiles) {
        this.values = values;
        this.fromFiles = fromFiles;
        this.fixed = fixed;
        this.variables = variables;
        this.unknown = unknown;
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
        Map<String, String> files = new LinkedHashMap<>();
        Path main = directory.resolve("application.properties");
        Map<String, String> fromFiles = new TreeMap<>();
        if (Files.exists(main)) {
            files.putAll(PropertiesFile.read(main));
            files.keySet().forEach(key -> fromFiles.put(key, "application.properties"));
        }
        if (profile != null) {
            String name = "application-" + profile + ".properties";
            Map<String, String> own = PropertiesFile.read(directory.resolve(name));
            files.putAll(own);
            own.keySet().forEach(key -> fromFiles.put(key, name));
        }
        Map<String, String> values = defaults();
        values.putAll(files);
        Map<String, String> variables = new TreeMap<>();
        Map<String, String> unknown = new TreeMap<>();
        environment.forEach((name, value) -> fromEnvironment(name, values.keySet())
                .ifPresentOrElse(
                        key -> {
                            values.put(key, value);
                            variables.put(key, name);
                        },
                        () -> unknown.put(name, value)));
        Map<String, String> fixed = new TreeMap<>();
        for (String name : system.stringPropertyNames()) {
            if (Keys.find(name).isPresent() || files.containsKey(name)) {
                values.put(name, system.getProperty(name));
                variables.remove(name);
                fixed.put(name, BY_PROPERTY);
            } else {
                unknown.put(name, system.getProperty(name));
            }
        }
        return of(values, fromFiles, fixed, variables, unknown, environment);
    }

    /**
     * What an application has, and the defaults: there no port is opened and no answers are kept unasked.
     *
     * @param given       by the names of {@link Keys}
     * @param environment where a proxy may be named
     * @throws ConfigurationException when a file that holds a secret cannot be read
     */
    public static Settings of(Map<String, String> given, Map<String, String> environment) {
        Map<String, String> values = defaults();
        values.putAll(IN_APPLICATION);
        values.putAll(given);
        Map<String, String> from = new TreeMap<>();
        given.keySet().forEach(key -> from.put(key, "the application"));
        return of(values, from, new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), environment);
    }

    private static Map<String, String> defaults() {
        Map<String, String> values = new TreeMap<>();
        for (Keys.Key key : Keys.all()) {
            if (key.defaultValue() != null && !key.name().contains("<")) {
                values.put(key.name(), key.defaultValue());
            }
        }
        return values;
    }

    private static Settings of(
            Map<String, String> values,
            Map<String, String> fromFiles,
            Map<String, String> fixed,
            Map<String, String> variables,
            Map<String, String> unknown,
            Map<String, String> environment) {
        proxyOf(environment, values, variables);
        Map<String, String> secretFiles = new TreeMap<>();
        values.replaceAll((name, value) -> {
            String given = value.strip();
            if (!given.startsWith(SECRET_FILE)
                    || !Keys.find(name).map(Keys.Key::secret).orElse(false)) {
                return given;
            }
            secretFiles.put(name, given);
            return secret(name, given);
        });
        return new Settings(values, fromFiles, fixed, variables, unknown, secretFiles);
    }

    /** What the tools of the field read, where nothing else names a proxy; this machine is then called without it. */
    private static void proxyOf(
            Map<String, String> environment, Map<String, String> values, Map<String, String> variables) {
        String name = environment.containsKey("HTTPS_PROXY") ? "HTTPS_PROXY" : "https_proxy";
        String proxy = environment.getOrDefault(name, "").strip();
        if (proxy.isEmpty() || !values.getOrDefault("proxy.url", "").isBlank()) {
            return;
        }
        Matcher parts = PROXY.matcher(proxy);
        if (parts.matches() && parts.group(2) != null) {
            values.put("proxy.user", decoded(name, parts.group(2)));
            values.put("proxy.password", decoded(name, parts.group(3)));
            proxy = parts.group(1) + parts.group(4);
        }
        values.put("proxy.url", proxy);
        variables.put("proxy.url", name);
        String none = environment.getOrDefault("NO_PROXY", environment.getOrDefault("no_proxy", ""));
        // There a name stands for its subdomains, too
        String names = DOMAIN.matcher(none).replaceAll(".$0");
        values.merge("proxy.none-for", "localhost,127.0.0.1," + names, (own, others) -> own + "," + others);
    }

    private static String decoded(String variable, String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    variable
                            + ": user or password has a % without two hexadecimal digits behind it; write %25 for a % in them.");
        }
    }

    /** The same settings with {@code overrides} on top. */
    public Settings with(Map<String, String> overrides) {
        Map<String, String> merged = new TreeMap<>(values);
        merged.putAll(overrides);
        Map<String, String> files = new TreeMap<>(secretFiles);
        files.keySet().removeAll(overrides.keySet());
        Map<String, String> set = new TreeMap<>(fixed);
        overrides.keySet().forEach(key -> set.put(key, BY_PROGRAM));
        return new Settings(merged, fromFiles, set, variables, unknown, files);
    }

    /**
     * The same settings with values for keys of the installation's own, from JVM properties and environment variables that set none of
     * ours.
     */
    public Settings adopting(Collection<String> keys) {
        Map<String, String> more = new TreeMap<>(values);
        Map<String, String> by = new TreeMap<>(variables);
        Map<String, String> rest = new TreeMap<>(unknown);
        for (String key : keys) {
            String variable = environmentName(key);
            if (unknown.containsKey(key)) {
                more.put(key, unknown.get(key).strip());
                rest.remove(key);
                by.remove(key);
            } else if (unknown.containsKey(variable)) {
                more.put(key, unknown.get(variable).strip());
                by.put(key, variable);
            }
            rest.remove(variable);
        }
        return new Settings(more, fromFiles, fixed, by, rest, secretFiles);
    }

    /** The keys that stand in a configuration file. */
    public Set<String> fromFiles() {
        return fromFiles.keySet();
    }

    /** Where the value of a key comes from, in words: a variable, a file, a JVM property, or the default. */
    public String source(String key) {
        return Optional.ofNullable(fixed.get(key))
                .orElse(
                        variables.containsKey(key)
                                ? "environment variable " + variables.get(key)
                                : fromFiles.getOrDefault(key, "default"));
    }

    /** The file that a secret is read from, where it stands in one of its own. */
    public Optional<String> secretFile(String key) {
        return Optional.ofNullable(secretFiles.get(key));
    }

    /** The environment variable of each key whose value comes from one. */
    public Map<String, String> variables() {
        return Map.copyOf(variables);
    }

    /** Names of JVM properties and environment variables that set no key: the system's own, and misspelt ones. */
    public Set<String> unknown() {
        return Set.copyOf(unknown.keySet());
    }

    /** The same, saying where the value at fault comes from when that is no file of ours: a platform may have set it. */
    public ConfigurationException explained(ConfigurationException e) {
        String message = String.valueOf(e.getMessage());
        return variables.entrySet().stream()
                .filter(entry -> message.matches("(?s)" + Pattern.quote(entry.getKey()) + "[: ].*"))
                .findFirst()
                .map(entry -> new ConfigurationException(
                        message + " Its value comes from the environment variable " + entry.getValue() + "."))
                .orElse(e);
    }

    /** The variable that sets a key. */
    public static String environmentName(String key) {
        return key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
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
        return file == null ? find(key) : Optional.of(secret(key, file)).filter(text -> !text.isBlank());
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

    private static Optional<String> fromEnvironment(String variable, Set<String> known) {
        String normalised = variable.toUpperCase(Locale.ROOT);
        Optional<String> exact = known.stream()
                .filter(key -> environmentName(key).equals(normalised))
                .findFirst();
        if (exact.isPresent() || !normalised.equals(variable)) {
            return exact;
        }
        // INNTEKT_POLL_INTERVAL: what stands before a known ending is the service
        return Keys.all().stream()
                .map(Keys.Key::name)
                .filter(name -> name.startsWith("<service>."))
                .map(name -> name.substring("<service>.".length()))
                .filter(ending -> normalised.matches("[A-Z0-9]+_" + environmentName(ending)))
                .map(ending -> normalised.substring(0, normalised.indexOf('_')).toLowerCase(Locale.ROOT) + "." + ending)
                .findFirst();
    }

    /**
     * A secret that is given, or what the file holds that {@code file:PATH} names.
     *
     * @throws ConfigurationException naming {@code name} when that file cannot be read
     */
    public static String secret(String name, String value) {
        if (!value.startsWith(SECRET_FILE)) {
            return value;
        }
        try {
            return TextFile.read(Path.of(value.substring(SECRET_FILE.length()))).strip();
        } catch (InvalidPathException e) {
            throw new ConfigurationException(
                    name
                            + ": the file it points to has letters in its path that this system's locale cannot write; set LANG=C.UTF-8 (Java reads paths by it).");
        } catch (IOException | RuntimeException e) {
            throw new ConfigurationException(name + ": the file it points to cannot be read.");
        }
    }
}
