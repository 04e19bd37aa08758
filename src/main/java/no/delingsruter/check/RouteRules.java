package no.delingsruter.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
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
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.DynamicRouterDefinition;
import org.apache.camel.model.ExpressionNode;
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

    /** Without steps of their own they are meant for all that follows. */
    private static final Set<String> AROUND_THE_REST =
            Set.of("transacted", "policy", "saga", "step", "pipeline", "kamelet");

    /** Steps beside to that can hand a result on. */
    private static final List<Class<?>> TAKERS = List.of(
            ToDynamicDefinition.class,
            RecipientListDefinition.class,
            RoutingSlipDefinition.class,
            DynamicRouterDefinition.class,
            BeanDefinition.class,
            ProcessDefinition.class,
            KameletDefinition.class);

    private final Model model;
    private final List<RouteProblem> problems = new ArrayList<>();

    private RouteRules(CamelContext camel) {
        this.model = camel.getCamelContextExtension().getContextPlugin(Model.class);
    }

    /**
     * @param camel     holds all routes, those of Kamelets included
     * @param endpoints of {@code delivery.endpoints}
     */
    public static List<RouteProblem> problems(CamelContext camel, Collection<String> endpoints) {
        RouteRules rules = new RouteRules(camel);
        rules.steps();
        rules.expressions();
        rules.starting();
        rules.kameletParameters();
        rules.lookups();
        rules.results();
        rules.problems.addAll(AddressRules.problems(camel, endpoints));
        return rules.problems;
    }

    static Stream<RouteDefinition> written(Model model) {
        return model.getRouteDefinitions().stream().filter(route -> !Boolean.TRUE.equals(route.isTemplate()));
    }

    @SuppressWarnings("rawtypes") // Camel finds by a raw class
    static Collection<ProcessorDefinition> nodes(RouteDefinition route) {
        return ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class);
    }

    /**
     * An EIP without steps: Camel refuses some, takes others as doing nothing, and takes what is written behind others for their
     * steps: only the file tells.
     */
    private void steps() {
        Map<Path, Set<Integer>> stepless = new HashMap<>();
        written(model)
                .forEach(route -> nodes(route).stream()
                        .filter(RouteRules::needsSteps)
                        .forEach(node -> {
                            Path file = file(route);
                            boolean none = node instanceof ChoiceDefinition choice
                                    ? choice.getWhenClauses().isEmpty()
                                    : node.getOutputs().isEmpty()
                                            || (file != null
                                                    && stepless.computeIfAbsent(file, Stepless::lines)
                                                            .contains(node.getLineNumber()));
                            if (none) {
                                add(
                                        route,
                                        node.getLineNumber(),
                                        node.getShortName()
                                                + " has no steps, so that it does nothing, or to what stands behind it;"
                                                + " write its steps under it.");
                            }
                        }));
    }

    /** An empty expression is one that never holds: all would be left out. */
    private void expressions() {
        written(model)
                .forEach(route -> nodes(route).stream()
                        .filter(node -> node instanceof ExpressionNode asks
                                && asks.getExpression() != null
                                && "".equals(asks.getExpression().getExpression()))
                        .forEach(node -> add(
                                route,
                                node.getLineNumber(),
                                node.getShortName() + " has an empty expression; write one.")));
    }

    private void starting() {
        written(model)
                .filter(route -> "false".equals(route.getAutoStartup()))
                .forEach(
                        route -> add(
                                route,
                                route.getLineNumber(),
                                "autoStartup: all routes start together here; remove it, or move the route to a file outside this folder."));
    }

    private static boolean needsSteps(ProcessorDefinition<?> node) {
        return (node instanceof OutputNode || node instanceof ChoiceDefinition)
                && !node.isAbstract()
                && !AROUND_THE_REST.contains(node.getShortName());
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

    /** What events ask for must be looked up, and what is looked up must be asked for and go somewhere. */
    private void lookups() {
        Map<String, RouteDefinition> asked = new TreeMap<>();
        Map<String, RouteDefinition> lookedUp = new TreeMap<>();
        for (RouteDefinition instance : model.getRouteDefinitions()) {
            Map<String, Object> given = instance.getTemplateParameters();
            Object kamelet = given == null ? null : given.get("templateId");
            if (LOOKUP_SINK.equals(kamelet) || LOOKUP_SOURCE.equals(kamelet)) {
                String name = given.get("service") + "/" + given.get("lookup");
                RouteDefinition other = (LOOKUP_SINK.equals(kamelet) ? asked : lookedUp).put(name, instance);
                if (other != null && LOOKUP_SOURCE.equals(kamelet)) {
                    at(
                            given,
                            null,
                            "another route takes lookup " + name + " from " + LOOKUP_SOURCE + ", too; one alone may.");
                }
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
        written(model)
                .filter(route -> uses(route.getInput().getEndpointUri(), "kamelet:" + LOOKUP_SOURCE, null))
                .filter(route -> nodes(route).stream().noneMatch(RouteRules::takes))
                .forEach(route -> add(
                        route,
                        route.getInput().getLineNumber(),
                        "its results are looked up and nothing takes them; end it with a step to direct:delivery."));
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

    private void add(RouteDefinition route, int line, String what) {
        problems.add(problem(route, line, what));
    }

    static RouteProblem problem(RouteDefinition route, int line, String what) {
        return new RouteProblem(file(route), Math.max(0, line), route.getId(), what);
    }

    static @Nullable Path file(NamedNode node) {
        Resource resource = node instanceof RouteDefinition route ? route.getResource() : null;
        return resource == null || !"file".equals(resource.getScheme())
                ? null
                : Path.of(resource.getLocation().substring("file:".length()));
    }
}
