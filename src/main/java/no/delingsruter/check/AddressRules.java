package no.delingsruter.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.support.NearestName;
import org.apache.camel.CamelContext;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.model.EnrichDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.Model;
import org.apache.camel.model.PollEnrichDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RecipientListDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RoutingSlipDefinition;
import org.apache.camel.model.SendDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.support.EndpointHelper;

/** Addresses in routes and in {@code delivery.endpoints} that cannot work, or lose what they are sent. */
final class AddressRules {
    private static final Pattern IN_MEMORY =
            Pattern.compile("(seda|disruptor|disruptor-vm):(?!.*[?&]waitForTaskToComplete=Always).*");

    private final CamelContext camel;
    private final Model model;
    private final List<RouteProblem> problems = new ArrayList<>();

    private AddressRules(CamelContext camel) {
        this.camel = camel;
        this.model = camel.getCamelContextExtension().getContextPlugin(Model.class);
    }

    static List<RouteProblem> problems(CamelContext camel, Collection<String> endpoints) {
        AddressRules rules = new AddressRules(camel);
        rules.names(endpoints);
        rules.consumers();
        rules.endpoints(endpoints);
        rules.http();
        rules.inMemory(endpoints);
        return rules.problems;
    }

    /** A direct: that is called must be consumed from; Camel finds out at the first message. */
    private void names(Collection<String> endpoints) {
        Set<String> consumed = model.getRouteDefinitions().stream()
                .map(route -> resolved(route.getInput().getEndpointUri()))
                .collect(Collectors.toCollection(TreeSet::new));
        for (RouteDefinition route : model.getRouteDefinitions()) {
            for (ProcessorDefinition<?> node : RouteRules.nodes(route)) {
                addresses(node)
                        .map(this::resolved)
                        .filter(uri -> uri.startsWith("direct:") && !consumed.contains(uri))
                        .forEach(uri -> add(route, node.getLineNumber(), nobody(uri, consumed)));
            }
        }
        endpoints.stream()
                .map(AddressRules::resolvedName)
                .filter(uri -> uri.startsWith("direct:") && !consumed.contains(uri))
                .forEach(uri ->
                        problems.add(new RouteProblem(null, 0, null, "delivery.endpoints: " + nobody(uri, consumed))));
    }

    /** Two routes from one address: Camel refuses them without saying where they are. */
    private void consumers() {
        Map<String, RouteDefinition> first = new HashMap<>();
        RouteRules.written(model).forEach(route -> {
            String uri = route.getInput().getEndpointUri();
            String from = resolved(uri);
            RouteDefinition other = from.startsWith("direct:")
                    ? first.putIfAbsent(from, route)
                    : from.startsWith("kamelet:") ? first.putIfAbsent(inOrder(uri), route) : null;
            if (other != null) {
                add(
                        route,
                        route.getInput().getLineNumber(),
                        "route " + other.getId() + " begins with " + from + ", too; only one route can.");
            }
        });
    }

    /** With its parameters sorted. */
    private static String inOrder(String uri) {
        return Arrays.stream(uri.split("[?&]")).sorted().collect(Collectors.joining("&"));
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
                String scheme = scheme(uri);
                String why =
                        cause instanceof NoSuchEndpointException ? RouteLoader.missing(scheme) : RouteLoader.why(cause);
                problems.add(new RouteProblem(
                        null, 0, null, "delivery.endpoints: " + scheme + ": cannot be used: " + why + "."));
            }
        }
    }

    /** Camel sends GET, without the body, when the address has a query and nobody says otherwise. */
    private void http() {
        RouteRules.written(model)
                .forEach(route -> RouteRules.nodes(route).stream()
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

    /** A queue in memory has taken a result when nothing has been done with it, and a stop loses what it holds. */
    private void inMemory(Collection<String> endpoints) {
        String why = " keeps results in memory alone, so that a stop loses them; use direct:, a broker,"
                + " or the parameter waitForTaskToComplete=Always.";
        RouteRules.written(model)
                .forEach(route -> RouteRules.nodes(route)
                        .forEach(node -> addresses(node)
                                .filter(IN_MEMORY.asMatchPredicate())
                                .forEach(uri -> add(route, node.getLineNumber(), scheme(uri) + ":" + why))));
        endpoints.stream()
                .filter(IN_MEMORY.asMatchPredicate())
                .forEach(uri -> problems.add(
                        new RouteProblem(null, 0, null, "delivery.endpoints: " + scheme(uri) + ":" + why)));
    }

    private static String scheme(String uri) {
        return uri.contains(":") ? uri.substring(0, uri.indexOf(':')) : uri;
    }

    /** Where a step sends to or gets from, as far as it is written and not found out by a message. */
    private static Stream<String> addresses(ProcessorDefinition<?> node) {
        if (node instanceof SendDefinition<?> send) {
            return Stream.ofNullable(send.getUri());
        }
        if (node instanceof ToDynamicDefinition dynamic) {
            return Stream.ofNullable(dynamic.getUri()).filter(uri -> !uri.contains("${"));
        }
        boolean several = node instanceof RecipientListDefinition || node instanceof RoutingSlipDefinition;
        if ((several || node instanceof EnrichDefinition || node instanceof PollEnrichDefinition)
                && node instanceof ExpressionNode named
                && "constant".equals(named.getExpression().getLanguage())) {
            String written = named.getExpression().getExpression();
            return several ? Arrays.stream(written.split(",")).map(String::strip) : Stream.of(written);
        }
        return Stream.empty();
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
        problems.add(RouteRules.problem(route, line, what));
    }
}
