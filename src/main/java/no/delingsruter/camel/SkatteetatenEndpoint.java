package no.delingsruter.camel;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Calls one of Skatteetaten's APIs: permit, Maskinporten token, Korrelasjonsid, HTTP, and the permit goes back. */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "skatteetaten",
        title = "Skatteetaten",
        syntax = "skatteetaten:api",
        category = Category.API,
        producerOnly = true)
public final class SkatteetatenEndpoint extends DefaultEndpoint {
    @UriPath(description = "Host name part of the API")
    @Metadata(required = true)
    private final String api;

    @UriParam(
            description =
                    "Addresses in production and in test, comma separated, of an API that is not at skatteetaten.url")
    private String hosts = "";

    SkatteetatenEndpoint(String uri, SkatteetatenComponent component, String api) {
        super(uri, component);
        this.api = api;
    }

    @Override
    public Producer createProducer() {
        return new SkatteetatenProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("skatteetaten can only be sent to");
    }

    public String getHosts() {
        return hosts;
    }

    public void setHosts(String hosts) {
        this.hosts = hosts;
    }

    public String getApi() {
        return api;
    }
}
