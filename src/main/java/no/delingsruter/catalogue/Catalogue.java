package no.delingsruter.catalogue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.model.EventMapping;
import no.delingsruter.model.Scope;
import no.delingsruter.skatteetaten.PathTemplate;
import no.delingsruter.skatteetaten.lookup.LookupAddress;

/** The services that the route files declare; the files themselves are the only place where they are described. */
public final class Catalogue {
    /** Organisation of one who acts for nobody else. */
    public static final String SELF = "self";

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([A-Za-z0-9_.-]+)");
    private static final Pattern PLACEHOLDER_AND_DEFAULT =
            Pattern.compile("\\{\\{\\??([A-Za-z0-9_.-]+)(?::([^{}]*))?}}");
    /** Camel's way to write a value that holds what separates parameters. */
    private static final Pattern RAW = Pattern.compile("^RAW\\((.*)\\)$");

    private static final String CALL = "skatteetaten:";
    private static final String LOOKUP_ACTION = "kamelet:oppslag-action";
    private static final String LOOKUP_SINK = "kamelet:pending-lookup-sink";
    private static final String LOOKUP_SOURCE = "kamelet:pending-lookup-source";

    /** Folder in the routes folder, of services that are not of the catalogue. */
    public static final String EXAMPLES = "examples";

    /** Folder in the routes folder, of receivers that are loaded when they are named. */
    public static final String RECEIVERS = "receivers";

    private static final String ENDING = ".camel.yaml";

    private final Map<String, Service> services = new TreeMap<>();
    private final Map<Path, RouteFile> files = new LinkedHashMap<>();
    private final List<String> kamelets = new ArrayList<>();
    private final Map<String, Set<String>> apis = new TreeMap<>();
    private final Set<String> placeholders = new LinkedHashSet<>();

    private Catalogue() {}

    /**
     * A service: one event list and its lookups.
     *
     * @param list  parameters of its event list
     * @param sinks parameters of its pending-lookup-sinks
     */
    public record Service(
            String name, Map<String, String> list, Map<String, Lookup> lookups, List<Map<String, String>> sinks) {
        /** The events' fields that its lookups need, as the routes have them, by the end of the configuration key that names others. */
        public Map<String, Set<String>> fields() {
            Map<String, Set<String>> fields = new LinkedHashMap<>();
            for (Map<String, String> sink : sinks) {
                field(fields, EventMapping.IDENTIFIKATOR, sink.getOrDefault("identifikator", "identifikator"));
                if (!sink.getOrDefault("period", "as-is").equals("none")) {
                    field(fields, EventMapping.PERIOD, sink.getOrDefault("gjelderPeriode", "gjelderPeriode"));
                }
                if (sink.containsKey("qualifier")) {
                    field(fields, EventMapping.QUALIFIER, sink.get("qualifier"));
                }
            }
            return fields;
        }

        private static void field(Map<String, Set<String>> fields, String key, String field) {
            fields.computeIfAbsent(key, any -> new LinkedHashSet<>()).add(field);
        }

        /** Lookups that Skatteetaten has shut down, with what became of them. */
        public Map<String, String> retired() {
            Map<String, String> retired = new TreeMap<>();
            for (String entry : list.getOrDefault("retired", "").split(";", -1)) {
                String[] parts = entry.split(":", 2);
                if (parts.length == 2) {
                    retired.put(parts[0].strip(), parts[1].strip());
                }
            }
            return retired;
        }

        /** The configuration key for the path of one of its lookups. */
        public String pathKey(String lookup) {
            return name + ".lookup-path" + (lookups.size() > 1 ? "." + lookup : "");
        }
    }

    /**
     * One of a service's lookups.
     *
     * @param parameters of its oppslag-action
     * @param calls      false when the event is the result, and nothing is looked up
     */
    public record Lookup(String name, Map<String, String> parameters, boolean calls) {
        /** The path from the route, empty when Skatteetaten has not published one. */
        public String path() {
            return parameters.getOrDefault("path", "");
        }

        /** documented, used, inferred or unknown. */
        public String status() {
            return parameters.getOrDefault("status", "documented");
        }
    }

    /** @throws ConfigurationException when the folder or a file in it cannot be read */
    public static Catalogue read(Path routes) {
        Catalogue catalogue = new Catalogue();
        try {
            List<String> problems = new ArrayList<>();
            List<Path> all = new ArrayList<>(yaml(routes, ENDING));
            if (Files.isDirectory(routes.resolve(RECEIVERS))) {
                all.addAll(yaml(routes.resolve(RECEIVERS), ENDING));
            }
            for (Path file : all) {
                try {
                    catalogue.readFile(file);
                } catch (ConfigurationException e) {
                    problems.add(e.getMessage());
                }
            }
            if (!problems.isEmpty()) {
                throw new ConfigurationException(String.join("\n", problems));
            }
            Path kamelets = routes.resolve("kamelets");
            if (Files.isDirectory(kamelets)) {
                for (Path file : yaml(kamelets, ".kamelet.yaml")) {
                    catalogue.kamelets.add(Files.readString(file));
                }
            }
        } catch (IOException e) {
            throw new ConfigurationException("The routes folder " + routes
                    + " cannot be read; start in the project's folder or give -Ddelingsruter.routes=DIR.");
        }
        return catalogue;
    }

    /**
     * The same with the examples that {@code services} names.
     *
     * @throws ConfigurationException when the folder or a file in it cannot be read
     */
    public static Catalogue read(Path routes, Settings settings) {
        Catalogue catalogue = read(routes);
        for (String name : settings.list("services")) {
            Path example = routes.resolve(EXAMPLES).resolve(name + ENDING);
            if (!catalogue.services.containsKey(name) && Files.exists(example)) {
                try {
                    catalogue.readFile(example);
                } catch (IOException e) {
                    throw new ConfigurationException(example + " cannot be read.");
                }
            }
        }
        return catalogue;
    }

    /**
     * The services that an application's own route files describe.
     *
     * @param files their text by their names
     * @throws ConfigurationException when one of them is no YAML
     */
    public static Catalogue of(Map<Path, String> files) {
        Catalogue catalogue = new Catalogue();
        files.forEach((name, text) -> catalogue.add(name, YamlFile.of(name, text)));
        return catalogue;
    }

    private static List<Path> yaml(Path folder, String ending) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(path -> path.getFileName().toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    /** Which APIs the routes of each service call, its list's among them. */
    public Map<String, Set<String>> apis() {
        return apis;
    }

    public Map<String, Service> services() {
        return services;
    }

    public Optional<Service> service(String name) {
        return Optional.ofNullable(services.get(name));
    }

    /** All route files. */
    public Set<Path> files() {
        return files.keySet();
    }

    /** The service whose event list a file declares; empty when it declares none. */
    public Optional<Service> declaredIn(Path file) {
        return Optional.ofNullable(files.get(file))
                .flatMap(found -> found.services().stream().findFirst().map(services::get));
    }

    /**
     * The files that the chosen services need: theirs, and those that declare none. Of these, one that only answers when it is called
     * is left out while nothing names it: what it starts (a broker's client) takes a quarter of a second.
     */
    public List<Path> files(List<String> chosen, Settings settings) {
        Map<Path, RouteFile> needed = new LinkedHashMap<>(files);
        needed.values()
                .removeIf(file ->
                        !file.services().isEmpty() && file.services().stream().noneMatch(chosen::contains));
        return needed.entrySet().stream()
                .filter(entry -> {
                    Stream<String> others = needed.entrySet().stream()
                            .filter(other -> !other.getKey().equals(entry.getKey()))
                            .map(other -> other.getValue().text());
                    return entry.getValue()
                            .neededBy(Stream.of(others, kamelets.stream(), settings.values().values().stream())
                                    .flatMap(said -> said));
                })
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The organisations acted for. */
    public static List<String> organisations(Settings settings) {
        List<String> several = settings.list("organisations");
        return several.isEmpty()
                ? List.of(settings.find("maskinporten.consumer-org").orElse(SELF))
                : several;
    }

    /** Which of a service's lookups run: the configured ones, or the first. */
    public static Set<String> lookups(Settings settings, Service service) {
        List<String> chosen = settings.list(service.name() + ".lookups");
        return chosen.isEmpty()
                ? service.lookups().keySet().stream().limit(1).collect(Collectors.toSet())
                : Set.copyOf(chosen);
    }

    /** All that runs: the lookups of the services for each organisation. */
    public List<Scope> lanes(Settings settings, List<String> chosen) {
        return chosen.stream()
                .flatMap(name -> service(name).stream())
                .flatMap(service -> organisations(settings).stream()
                        .flatMap(organisation -> lookups(settings, service).stream()
                                .sorted()
                                .map(lookup -> new Scope(service.name(), organisation, lookup))))
                .toList();
    }

    /** Which of what runs need the event itself: a sink says so ({@code firstLookup}), or the path has a field of the event. */
    public Set<Scope> needingEvent(Settings settings, List<String> chosen) {
        return lanes(settings, chosen).stream()
                .filter(lane -> needsEvent(settings, services.get(lane.service()), lane.lookup()))
                .collect(Collectors.toSet());
    }

    private static boolean needsEvent(Settings settings, Service service, String lookup) {
        boolean said = service.sinks().stream()
                .filter(sink -> resolved(sink.getOrDefault("lookup", service.name()), settings)
                        .equals(lookup))
                .anyMatch(sink -> resolved(sink.getOrDefault("firstLookup", "true"), settings)
                        .equals("false"));
        if (said) {
            return true;
        }
        String path =
                service.lookups().containsKey(lookup) ? ConfigurationValidator.path(settings, service, lookup) : "";
        return !path.isEmpty()
                && new PathTemplate(path).names().stream().anyMatch(name -> name.startsWith(LookupAddress.EVENT));
    }

    /** Whether a route uses the key as a placeholder. */
    public boolean uses(String key) {
        return placeholders.contains(key);
    }

    /** A parameter as written in a route, its placeholders filled in from the configuration or their defaults. */
    public static String resolved(String parameter, Settings settings) {
        return PLACEHOLDER_AND_DEFAULT
                .matcher(parameter)
                .replaceAll(match -> Matcher.quoteReplacement(
                        settings.find(match.group(1)).orElse(match.group(2) == null ? "" : match.group(2))));
    }

    private void readFile(Path file) throws IOException {
        add(file, YamlFile.read(file));
    }

    private void add(Path file, YamlFile yaml) {
        String text = yaml.text();
        Object document = yaml.entries();
        Matcher matcher = PLACEHOLDER.matcher(text);
        while (matcher.find()) {
            placeholders.add(matcher.group(1));
        }
        Set<String> declared = new LinkedHashSet<>();
        List<Map<?, ?>> routes = new ArrayList<>();
        collect(document, "from", routes);
        boolean receiver = file.getParent() != null && file.getParent().endsWith(RECEIVERS);
        files.put(
                file,
                new RouteFile(
                        text,
                        declared,
                        receiver ? RouteFile.receiving(routes) : RouteFile.offered(document, routes),
                        receiver));
        for (Map<?, ?> from : routes) {
            Map<String, String> parameters = parameters(from);
            String uri = String.valueOf(from.get("uri"));
            String service = parameters.get("service");
            if (service == null || !uri.startsWith("kamelet:")) {
                continue;
            }
            collectApis(from, apis.computeIfAbsent(service, name -> new TreeSet<>()));
            Service known = services.computeIfAbsent(
                    service, name -> new Service(name, new TreeMap<>(), new LinkedHashMap<>(), new ArrayList<>()));
            if (uri.startsWith(LOOKUP_SOURCE)) {
                List<Map<?, ?>> actions = new ArrayList<>();
                collect(from.get("steps"), "to", actions);
                String lookup = parameters.getOrDefault("lookup", service);
                Optional<Map<?, ?>> action = actions.stream()
                        .<Map<?, ?>>map(map -> map)
                        .filter(map -> String.valueOf(map.get("uri")).equals(LOOKUP_ACTION))
                        .findFirst();
                known.lookups()
                        .put(
                                lookup,
                                new Lookup(
                                        lookup,
                                        action.map(Catalogue::parameters).orElse(Map.of()),
                                        action.isPresent()));
            } else {
                known.list().putAll(parameters);
                declared.add(service);
                List<Map<?, ?>> to = new ArrayList<>();
                collect(from.get("steps"), "to", to);
                to.stream()
                        .filter(sink -> LOOKUP_SINK.equals(sink.get("uri")))
                        .forEach(sink -> known.sinks().add(parameters(sink)));
            }
        }
    }

    private static void collect(Object node, String name, List<Map<?, ?>> into) {
        if (node instanceof List<?> list) {
            list.forEach(item -> collect(item, name, into));
        } else if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (name.equals(key) && value instanceof Map<?, ?> found) {
                    into.add(found);
                }
                collect(value, name, into);
            });
        }
    }

    private static void collectApis(Object node, Set<String> into) {
        if (node instanceof List<?> list) {
            list.forEach(item -> collectApis(item, into));
        } else if (node instanceof Map<?, ?> map) {
            if (map.get("parameters") instanceof Map<?, ?> given && given.get("api") != null) {
                into.add(String.valueOf(given.get("api")));
            }
            if (String.valueOf(map.get("uri")).startsWith(CALL)) {
                into.add(String.valueOf(map.get("uri")).substring(CALL.length()).replaceFirst("\\?.*", ""));
            }
            map.values().forEach(value -> collectApis(value, into));
        }
    }

    private static Map<String, String> parameters(Map<?, ?> node) {
        Map<String, String> result = new TreeMap<>();
        if (node.get("parameters") instanceof Map<?, ?> map) {
            map.forEach((key, value) -> result.put(
                    String.valueOf(key), RAW.matcher(String.valueOf(value)).replaceFirst("$1")));
        }
        return result;
    }
}
