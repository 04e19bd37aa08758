package no.delingsruter.app;

import no.delingsruter.delivery.OutgoingHeaders;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.model.RedeliveryPolicyDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;

/**
 * What all routes share. Failures are left to the consumers, which know what to do about each. Camel's own log of a failed
 * exchange stays out: it prints the exception, and an exception of a user's step may hold anything.
 */
final class CamelSetup extends MainListenerSupport {
    private final OutgoingHeaders headers;

    CamelSetup(OutgoingHeaders headers) {
        this.headers = headers;
    }

    @Override
    public void beforeConfigure(BaseMainSupport main) {
        CamelContext camel = main.getCamelContext();
        camel.addLifecycleStrategy(headers);
        RedeliveryPolicyDefinition policy = new RedeliveryPolicyDefinition();
        policy.setLogExhausted("false");
        policy.setLogStackTrace("false");
        policy.setRetriesExhaustedLogLevel("OFF");
        DefaultErrorHandlerDefinition handler = new DefaultErrorHandlerDefinition();
        handler.setRedeliveryPolicy(policy);
        handler.setLevel("OFF");
        camel.getCamelContextExtension().setErrorHandlerFactory(handler);
    }
}
