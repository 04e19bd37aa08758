package no.delingsruter.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.configuration.ConfigurationException;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/**
 * Loads route files one by one into a context that has started and starts no route by itself ({@code autoStartup=false}), so that
 * each file's mistake is told, in Camel's words and with its place.
 */
public final class RouteLoader {
    private static final Pattern MARK = Pattern.compile("\\bline (\\d+), column (\\d+)");
    /** {@code Failed to create route: ID at: >>> NODE <<< in route: ...}: the only place where Camel names the node. */
    private static final Pattern NODE = Pattern.compile(">>> (.*?) <<<", Pattern.DOTALL);

    private static final Pattern ID = Pattern.compile("^Failed to create route:? ([^\\s:(]+)");
    private static final List<String> LOOKS_LIKE_ROUTES = List.of(".yaml", ".yml", ".xml", ".java");
    private static final String ENDING = ".camel.yaml";
    private static final String KAMELET = ".kamelet.yaml";
    private static final Pattern NO_COMPONENT =
            Pattern.compile("No (?:component found with scheme|endpoint could be found for): ([\\w.+-]+)");
    /** Components whose jar has another name. */
    private static final Map<String, String> JARS = Map.of("sftp", "ftp", "ftps", "ftp", "https", "http");

    private static final Pattern ENUM = Pattern.compile("No enum constant ([\\w.]+)\\.(\\w+)$");
    private static final Pattern UNKNOWN =
            Pattern.compile("^There are \\d+ parameters that couldn't be set.*\\[\\{(.*)}]");

    private final CamelContext camel;

    /** @param camel started, with the beans, Kamelets and placeholders that the routes use */
    public RouteLoader(CamelContext camel) {
        this.camel = camel;
    }

    /** Files that look like routes or Kamelets and are not loaded: their names end differently, or they lie in a folder of their own. */
    public static List<RouteProblem> notLoaded(Path folder) {
        try (Stream<Path> files = Files.walk(folder, 2)) {
            return files.filter(Files::isRegularFile)
                    .sorted()
                    .flatMap(file -> whyNotLoaded(folder, file).stream()
                            .map(why -> new RouteProblem(file, 0, null, "this file is not loaded; " + why)))
                    .toList();
        } catch (IOException e) {
            throw new ConfigurationException("The routes folder " + folder + " cannot be read.");
        }
    }

    private static Optional<String> whyNotLoaded(Path folder, Path file) {
        String name = file.getFileName().toString();
        Path in = folder.relativize(file.getParent());
        boolean kamelets = in.equals(Path.of("kamelets"));
        if (in.toString().startsWith(".")) {
            // Kubernetes keeps what a ConfigMap holds in hidden folders, and links to it
            return Optional.empty();
        }
        if (!kamelets && !in.toString().isEmpty()) {
            return name.endsWith(ENDING) && !Set.of("examples", "receivers").contains(in.toString())
                    ? Optional.of("it must lie in " + folder + " itself.")
                    : Optional.empty();
        }
        String ending = kamelets ? KAMELET : ENDING;
        return LOOKS_LIKE_ROUTES.stream().anyMatch(name::endsWith) && !name.endsWith(ending)
                ? Optional.of("its name must end in " + ending + ".")
                : Optional.empty();
    }

    /** @return the first mistake of each file that cannot be loaded; its routes, or those before the mistake, may be there all the same */
    public List<RouteProblem> load(Collection<Path> files) {
        List<RouteProblem> problems = new ArrayList<>();
        Map<String, Path> places = new HashMap<>();
        for (Path file : files) {
            RouteProblem problem = load(file);
            if (problem != null) {
                problems.add(problem);
            }
            for (RouteDefinition route : model().getRouteDefinitions()) {
                Path other = file.equals(RouteRules.file(route)) ? places.put(route.getRouteId(), file) : null;
                if (other != null) {
                    problems.add(RouteRules.problem(
                            route,
                            route.getLineNumber(),
                            "a route in " + other.getFileName()
                                    + " has the same id, and would be replaced; give this one another."));
                }
            }
        }
        return problems;
    }

    /** @return the mistake of each Kamelet of the user's own that no route has used, so that nobody would meet it before one does */
    public List<RouteProblem> loadUnused(Path kamelets) {
        if (!Files.isDirectory(kamelets)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(kamelets)) {
            return load(files.filter(file -> file.toString().endsWith(KAMELET))
                    .filter(file -> RouteLoader.class.getResource("/kamelets/" + file.getFileName()) == null)
                    .filter(file -> model().getRouteTemplateDefinition(
                                            file.getFileName().toString().replace(KAMELET, ""))
                            == null)
                    .sorted()
                    .toList());
        } catch (IOException e) {
            throw new ConfigurationException(kamelets + " cannot be read.");
        }
    }

    private @Nullable RouteProblem load(Path file) {
        try {
            PluginHelper.getRoutesLoader(camel)
                    .loadRoutes(ResourceHelper.resolveMandatoryResource(camel, "file:" + file));
            return null;
        } catch (Exception e) {
            return problem(file, e);
        }
    }

    private RouteProblem problem(Path file, Exception e) {
        Throwable cause = e;
        FailedToCreateRouteException failed = null;
        while (true) {
            if (cause instanceof ConfigurationException own) {
                throw own;
            }
            failed = cause instanceof FailedToCreateRouteException route ? route : failed;
            if (cause.getCause() == null) {
                break;
            }
            cause = cause.getCause();
        }
        String what = cause instanceof java.io.FileNotFoundException
                        && String.valueOf(cause.getMessage()).contains(".kamelet.yaml")
                ? "there is no Kamelet " + lastPart(cause.getMessage())
                : why(cause);
        Matcher mark = MARK.matcher(String.valueOf(cause.getMessage()));
        if (failed == null) {
            return new RouteProblem(file, mark.find() ? Integer.parseInt(mark.group(1)) : 0, null, what + ".");
        }
        Matcher id = ID.matcher(String.valueOf(failed.getMessage()));
        String route = id.find() ? id.group(1) : null;
        return new RouteProblem(file, line(route, failed.getMessage()), route, what + ".");
    }

    private Model model() {
        return camel.getCamelContextExtension().getContextPlugin(Model.class);
    }

    /** What Camel or the JVM says of a mistake, in words that name it. */
    static String why(Throwable cause) {
        String said = String.valueOf(cause.getMessage());
        if (cause instanceof ClassNotFoundException) {
            return "there is no class " + said + "; compare its name, or put its jar into ext/";
        }
        Matcher scheme = NO_COMPONENT.matcher(said);
        if (scheme.find()) {
            return missing(scheme.group(1));
        }
        if ((cause instanceof NullPointerException && said.contains("ExpressionDefinition"))
                || said.equals("Unsupported definition: null")) {
            return "an expression is missing";
        }
        Matcher constant = ENUM.matcher(said);
        if (constant.find()) {
            return "'" + constant.group(2).toLowerCase(Locale.ROOT) + "' is none of " + constants(constant.group(1));
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : sentence(said);
    }

    /** The jar that a component comes in. */
    static String missing(String scheme) {
        return "no component " + scheme + " is there; put its jar (camel-" + JARS.getOrDefault(scheme, scheme) + "-"
                + new DefaultCamelContext(false).getVersion() + ".jar) and what it needs into ext/";
    }

    private static String constants(String type) {
        try {
            return Arrays.stream(Class.forName(type.replaceFirst("(\\.[A-Z]\\w*)\\.(\\w+)$", "$1\\$$2"))
                            .getEnumConstants())
                    .map(constant ->
                            constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .collect(Collectors.joining(", "));
        } catch (ClassNotFoundException e) {
            return "those of " + type;
        }
    }

    private static String lastPart(String resource) {
        String file = resource.substring(resource.lastIndexOf('/') + 1);
        return file.substring(0, file.indexOf(".kamelet.yaml")) + "; compare its name with the files in kamelets/";
    }

    private int line(@Nullable String route, String message) {
        RouteDefinition definition = route == null ? null : model().getRouteDefinition(route);
        Matcher node = NODE.matcher(message);
        if (definition == null) {
            return 0;
        }
        if (!node.find()) {
            return Math.max(0, definition.getInput().getLineNumber());
        }
        String at = node.group(1);
        return RouteRules.nodes(definition).stream()
                .filter(candidate -> candidate.toString().startsWith(at.replaceFirst("\\.\\.\\.$", "")))
                .findFirst()
                .map(found -> found.getLineNumber())
                .orElse(Math.max(0, definition.getLineNumber()));
    }

    /** The first line, without a full stop; addresses without their parameters, for these may be secrets. */
    static String sentence(String message) {
        Matcher unknown = UNKNOWN.matcher(message.replaceFirst("^Failed to resolve endpoint: .* due to: ", ""));
        if (unknown.find()) {
            return "it has no parameter "
                    + Arrays.stream(unknown.group(1).split(", "))
                            .map(each -> each.replaceFirst("=.*", ""))
                            .collect(Collectors.joining(", "));
        }
        return message.lines()
                .findFirst()
                .orElse("")
                .replaceFirst("^(Failed to resolve endpoint: \\S+ due to: )+", "")
                .replaceAll("(\\b[a-z][\\w+.-]*:[^\\s?]+)\\?\\S+", "$1")
                .replaceAll("(?<=[{ ])(\\w+)=[^,}]*(?=[,}])", "$1")
                .strip()
                .replaceFirst("[.:]$", "");
    }
}
