package no.delingsruter.camel;

import java.util.Map;
import no.delingsruter.configuration.ConfigurationException;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code statement:<name>}: a statement of the folder {@code statements}, with the headers of the message as parameters, said to the
 * database that results go into.
 */
@Component("statement")
public final class StatementComponent extends DefaultComponent {
    static final String SCHEME = "statement";

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        if (remaining.isBlank()) {
            throw new ConfigurationException(
                    "statement needs the name of one in the folder statements: statement:<name>.");
        }
        StatementEndpoint endpoint = new StatementEndpoint(uri, this, remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
