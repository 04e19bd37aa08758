package no.delingsruter.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.support.NearestName;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.DynamicRouterDefinition;
import org.apache.camel.model.KameletDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.OutputNode;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RouteTemplateParameterDefinition;
import org.apache.camel.model.RoutingSlipDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.EndpointHelper;
import org.apache.camel.util.StringHelper;
import org.jspecify.annotations.Nullable;

/** What Camel takes and what yet cannot work, read from the routes that a context holds; nothing is started or called. */
public final class RouteRules {
    private static final String LOOKUP_SOURCE = "pending-lookup-source";
    private static final String LOOKUP_SINK = "pending-lookup-sink";
    /** Parameters that Camel itself adds when it makes a route of a Kamelet. */
    private static final Set<String> OF_CAMEL = Set.of(
            "templateId",
            "routeId",
            "parentRouteId",
            "parentProcessorId",
            "uuid",
            "noErrorHandler",
            "bridgeErrorHandler",
            "location");

    /** Steps beside to that can hand a result on. */
    private static final List<Class<?>> TAKERS = List.of(
            ToDynamicDefinition.class,
            RecipientListDefinition.class,
            RoutingSlipDefinition.class,
            DynamicRouterDefinition.class,
            BeanDefinition.class,
            ProcessDefinition.class,
            KameletDefinition.class);

    private final CamelContext camel;
    private final Model model;
    private final List<RouteProblem> problems = new ArrayList<>();

    private RouteRules(CamelContext camel) {
        this.camel = camel;
        this.model = camel.getCamelContextExtension().getContextPlugin(Model.class);
    }

    /**
     * @param camel     holds all routes, those of Kamelets included
     * @param endpoints of {@code delivery.endpoints}
     */
    public static List<RouteProblem> problems(CamelContext camel, Collection<String> endpoints) {
        RouteRules rules = new RouteRules(camel);
        rules.steps();
        rules.kameletParameters();
        rules.names(endpoints);
        rules.endpoints(endpoints);
        rules.lookups();
        rules.results();
        rules.http();
        return rules.problems;
    }

    private Stream<RouteDefinition> written() {
        return model.getRouteDefinitions().stream().filter(route -> !Boolean.TRUE.equals(route.isTemplate()));
    }

    @SuppressWarnings("rawtypes") // Camel finds by a raw class
    static Collection<ProcessorDefinition> nodes(RouteDefinition route) {
        return ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class);
    }

    /** An EIP without steps: Camel refuses some, and takes others as doing nothing. */
    private void steps() {
        written()
                .forEach(route -> nodes(route).forEach(node -> {
                    boolean none = node instanceof ChoiceDefinition choice
                            ? choice.getWhenClauses().isEmpty()
                            : node instanceof OutputNode && node.getOutputs().isEmpty();
                    if (none) {
                        add(
                                route,
                                node.getLineNumber(),
                                node.getShortName()
                                        + " has no steps, so that it does nothing; write its steps under it.");
                    }
                }));
    }

    private void kameletParameters() {
        for (RouteDefinition instance : model.getRouteDefinitions()) {
            Map<String, Object> given = instance.getTemplateParameters();
            if (given == null || !(given.get("templateId") instanceof String kamelet)) {
                continue;
            }
            RouteTemplateDefinition template = model.getRouteTemplateDefinition(kamelet);
            if (template == null || template.getTemplateParameters() == null) {
                continue;
            }
            // Null where the Kamelet has none, as record-action
            Set<String> declared = Optional.ofNullable(template.getTemplateParameters()).stream()
                    .flatMap(List::stream)
                    .map(RouteTemplateParameterDefinition::getName)
                    .collect(Collectors.toCollection(TreeSet::new));
            // Camel keeps each parameter by both of its spellings
            given.keySet().stream()
                    .filter(name -> !name.contains("-") || !given.containsKey(StringHelper.dashToCamelCase(name)))
                    .filter(name -> !OF_CAMEL.contains(name) && !declared.contains(name))
                    .sorted()
                    .forEach(name -> at(
                            given,
                            name,
                            "Kamelet " + kamelet + " has no parameter " + name
                                    + NearestName.of(name, declared)
                                            .map(near -> "; the nearest one is " + near)
                                            .orElse("; it has " + String.join(", ", declared)
                                                    + "; a value that holds & is written as RAW(value)")
                                    + "."));
        }
    }

    /** Where the Kamelet is used: Camel's own note of the route that uses it is that of another one where Kamelets are nested. */
    private void at(Map<String, Object> instance, @Nullable String parameter, String what) {
        String kamelet = "kamelet:" + instance.get("templateId");
        for (RouteDefinition route : model.getRouteDefinitions()) {
            if (uses(route.getInput().getEndpointUri(), kamelet, parameter)) {
                add(route, route.getInput().getLineNumber(), what);
                return;
            }
            for (ProcessorDefinition<?> node : nodes(route)) {
                if (node instanceof SendDefinition<?> send && uses(send.getUri(), kamelet, parameter)) {
                    add(route, node.getLineNumber(), what);
                    return;
                }
            }
        }
        problems.add(new RouteProblem(null, 0, null, what));
    }

    private static boolean uses(@Nullable String uri, String kamelet, @Nullable String parameter) {
        return uri != null
                && (uri.equals(kamelet) || uri.startsWith(kamelet + "?"))
                && (parameter == null || uri.matches(".*[?&]" + Pattern.quote(parameter) + "=.*"));
    }

    /** A direct: that is called must be consumed from; Camel finds out at the first message. */
    private void names(Collection<String> endpoints) {
        Set<String> consumed = model.getRouteDefinitions().stream()
                .map(route -> resolved(route.getInput().getEndpointUri()))
                .collect(Collectors.toCollection(TreeSet::new));
        for (RouteDefinition route : model.getRouteDefinitions()) {
            for (ProcessorDefinition<?> node : nodes(route)) {
                String uri = node instanceof ToDynamicDefinition ? null : uri(node);
                if (uri != null && uri.startsWith("direct:") && !consumed.contains(uri)) {
                    add(route, node.getLineNumber(), nobody(uri, consumed));
                }
            }
        }
        endpoints.stream()
                .map(RouteRules::resolvedName)
                .filter(uri -> uri.startsWith("direct:") && !consumed.contains(uri))
                .forEach(uri ->
                        problems.add(new RouteProblem(null, 0, null, "delivery.endpoints: " + nobody(uri, consumed))));
    }

    private static String nobody(String uri, Set<String> consumed) {
        Set<String> direct =
                consumed.stream().filter(name -> name.startsWith("direct:")).collect(Collectors.toSet());
        return "no route begins with " + uri
                + NearestName.of(uri, direct)
                        .map(near -> "; the nearest one is " + near)
                        .orElse("; write a route from it, or name another")
                + ".";
    }

    /** Endpoints that Camel cannot make: a component that is not there, a parameter that it does not have. */
    private void endpoints(Collection<String> endpoints) {
        for (String uri : endpoints) {
            try {
                camel.getEndpoint(uri);
            } catch (RuntimeException e) {
                Throwable cause = e;
                while (cause.getCause() != null) {
                    cause = cause.getCause();
                }
                String scheme = uri.contains(":") ? uri.substring(0, uri.indexOf(':')) : uri;
                String why = cause instanceof NoSuchEndpointException
                        ? "no component " + scheme + " is there; put its jar (camel-" + scheme
                                + ") and what it needs beside the others"
                        : RouteLoader.sentence(String.valueOf(cause.getMessage()));
                problems.add(new RouteProblem(
                        null, 0, null, "delivery.endpoints: " + scheme + ": cannot be used: " + why + "."));
            }
        }
    }

    /** What events ask for must be looked up, and what is looked up must be asked for and go somewhere. */
    private void lookups() {
        Map<String, RouteDefinition> asked = new TreeMap<>();
        Map<String, RouteDefinition> lookedUp = new TreeMap<>();
        for (RouteDefinition instance : model.getRouteDefinitions()) {
            Map<String, Object> given = instance.getTemplateParameters();
            Object kamelet = given == null ? null : given.get("templateId");
            if (LOOKUP_SINK.equals(kamelet) || LOOKUP_SOURCE.equals(kamelet)) {
                String name = given.get("service") + "/" + given.get("lookup");
                (LOOKUP_SINK.equals(kamelet) ? asked : lookedUp).put(name, instance);
            }
        }
        asked.forEach((name, instance) -> {
            if (!lookedUp.containsKey(name)) {
                at(
                        Objects.requireNonNull(instance.getTemplateParameters()),
                        null,
                        "no route takes lookup " + name + " from " + LOOKUP_SOURCE
                                + ", so that its lookups would wait for ever" + near(name, lookedUp.keySet()) + ".");
            }
        });
        lookedUp.forEach((name, instance) -> {
            if (!asked.containsKey(name)) {
                at(
                        Objects.requireNonNull(instance.getTemplateParameters()),
                        null,
                        "no route asks for lookup " + name + " by " + LOOKUP_SINK + near(name, asked.keySet()) + ".");
            }
        });
    }

    /** What was looked up must go somewhere: else the lookup was made for nobody, and no event brings it back. */
    private void results() {
        written()
                .filter(route -> uses(route.getInput().getEndpointUri(), "kamelet:" + LOOKUP_SOURCE, null))
                .filter(route -> nodes(route).stream().noneMatch(RouteRules::takes))
                .forEach(route -> add(
                        route,
                        route.getInput().getLineNumber(),
                        "its results are looked up and nothing takes them; end it with a step to direct:delivery."));
    }

    /** Camel sends GET, without the body, when the address has a query and nobody says otherwise. */
    private void http() {
        written()
                .forEach(route -> nodes(route).stream()
                        .filter(node -> node instanceof SendDefinition<?> send
                                && send.getUri() != null
                                && send.getUri().matches("https?:.*\\?.*")
                                && !send.getUri().contains("httpMethod="))
                        .forEach(node -> add(
                                route,
                                node.getLineNumber(),
                                "with a query, Camel sends GET without the body;"
                                        + " say which is meant by the parameter httpMethod: POST or GET.")));
    }

    private static boolean takes(ProcessorDefinition<?> node) {
        if (node instanceof SendDefinition<?> send && send.getUri() != null) {
            return !send.getUri().matches("(kamelet:[a-z-]+-action|log:).*");
        }
        return TAKERS.stream().anyMatch(taker -> taker.isInstance(node));
    }

    private static String near(String name, Set<String> names) {
        return NearestName.of(name, names)
                .map(found -> "; the nearest one is " + found)
                .orElse("");
    }

    private @Nullable String uri(ProcessorDefinition<?> node) {
        return node instanceof SendDefinition<?> send && send.getUri() != null ? resolved(send.getUri()) : null;
    }

    private String resolved(String uri) {
        try {
            return resolvedName(camel.resolvePropertyPlaceholders(
                    EndpointHelper.resolveEndpointUriPropertyPlaceholders(camel, uri)));
        } catch (RuntimeException e) {
            return uri;
        }
    }

    private static String resolvedName(String uri) {
        String name = uri.contains("?") ? uri.substring(0, uri.indexOf('?')) : uri;
        return name.replaceFirst("^(\\w+)://", "$1:");
    }

    private void add(RouteDefinition route, int line, String what) {
        problems.add(new RouteProblem(file(route), Math.max(0, line), route.getId(), what));
    }

    private static @Nullable Path file(NamedNode node) {
        Resource resource = node instanceof RouteDefinition route ? route.getResource() : null;
        return resource == null || !"file".equals(resource.getScheme())
                ? null
                : Path.of(resource.getLocation().substring("file:".length()));
    }
}
