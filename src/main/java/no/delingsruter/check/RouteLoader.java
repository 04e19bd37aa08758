package no.delingsruter.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import no.delingsruter.configuration.ConfigurationException;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
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

    private final CamelContext camel;

    /** @param camel started, with the beans, Kamelets and placeholders that the routes use */
    public RouteLoader(CamelContext camel) {
        this.camel = camel;
    }

    /** Files of the folder that look like routes and are not loaded, for their names end differently. */
    public static List<RouteProblem> notLoaded(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> LOOKS_LIKE_ROUTES.stream().anyMatch(file.toString()::endsWith)
                            && !file.toString().endsWith(ENDING))
                    .sorted()
                    .map(file -> new RouteProblem(
                            file, 0, null, "this file is not loaded; its name must end in " + ENDING + "."))
                    .toList();
        } catch (IOException e) {
            throw new ConfigurationException("The routes folder " + folder + " cannot be read.");
        }
    }

    /** @return the first mistake of each file that cannot be loaded; its routes, or those before the mistake, may be there all the same */
    public List<RouteProblem> load(Collection<Path> files) {
        List<RouteProblem> problems = new ArrayList<>();
        for (Path file : files) {
            RouteProblem problem = load(file);
            if (problem != null) {
                problems.add(problem);
            }
        }
        return problems;
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
                : sentence(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
        Matcher mark = MARK.matcher(String.valueOf(cause.getMessage()));
        if (failed == null) {
            return new RouteProblem(file, mark.find() ? Integer.parseInt(mark.group(1)) : 0, null, what + ".");
        }
        Matcher id = ID.matcher(String.valueOf(failed.getMessage()));
        String route = id.find() ? id.group(1) : null;
        return new RouteProblem(file, line(route, failed.getMessage()), route, what + ".");
    }

    private static String lastPart(String resource) {
        String file = resource.substring(resource.lastIndexOf('/') + 1);
        return file.substring(0, file.indexOf(".kamelet.yaml")) + "; compare its name with the files in kamelets/";
    }

    private int line(@Nullable String route, String message) {
        RouteDefinition definition = route == null
                ? null
                : camel.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinition(route);
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
