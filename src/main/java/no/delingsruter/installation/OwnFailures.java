package no.delingsruter.installation;

import java.nio.file.Path;
import java.util.Collection;
import java.util.regex.Pattern;
import org.apache.camel.ErrorHandlerFactory;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RedeliveryPolicyDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;

/**
 * Failures of a route that begins at a list or at a pending lookup, and of the delivery routes that it calls, are its consumer's, which
 * knows what to do about each. A context's own error handler would take them away (a dead letter channel: a lookup that failed would count
 * as done), and Camel's log of a failed exchange prints the exception, which may hold anything. A route's own error handler stays.
 */
public final class OwnFailures extends ModelLifecycleStrategySupport {
    private static final Pattern SOURCE = Pattern.compile(
            "(hendelsesliste:|pending-lookup:|kamelet:(hendelsesliste|record-list|folkeregisteret-feed|pending-lookup)-source\\b).*");

    private final Collection<Path> files;

    OwnFailures(Collection<Path> files) {
        this.files = files;
    }

    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        boolean own = begins(route)
                || (route.getResource() != null && isOurs(route.getResource().getLocation()));
        if (own && route.getErrorHandler() == null && route.isContextScopedErrorHandler()) {
            route.errorHandler(handler());
        }
    }

    /** Whether a route begins at a list or at a pending lookup. */
    static boolean begins(RouteDefinition route) {
        return route.getInput() != null
                && SOURCE.matcher(route.getInput().getEndpointUri()).matches();
    }

    /** A file, or what is on the class path. */
    private boolean isOurs(String location) {
        return files.stream().anyMatch(file -> location.endsWith(":" + file) || location.endsWith("/" + file));
    }

    /** Does what a route's onException asks for, and nothing else; says nothing. */
    public static ErrorHandlerFactory handler() {
        RedeliveryPolicyDefinition policy = new RedeliveryPolicyDefinition();
        policy.setLogExhausted("false");
        policy.setLogStackTrace("false");
        policy.setRetriesExhaustedLogLevel("OFF");
        DefaultErrorHandlerDefinition handler = new DefaultErrorHandlerDefinition();
        handler.setRedeliveryPolicy(policy);
        handler.setLevel("OFF");
        return handler;
    }
}
