package no.delingsruter.camel;

import java.util.Map;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.observation.Spans;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.Formats;
import no.delingsruter.skatteetaten.Gateway;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Producer;
import org.apache.camel.component.http.HttpMethods;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.service.ServiceHelper;

/** The HTTP exchange is one of its own: no header of the message reaches Skatteetaten, and none of the answer stays in the message. */
final class SkatteetatenProducer extends DefaultProducer {
    private final SkatteetatenEndpoint endpoint;
    private final SkatteetatenComponent component;
    private final Gateway gateway;
    private final Spans spans;
    private Endpoint address;
    private Producer http;

    SkatteetatenProducer(SkatteetatenEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        this.component = (SkatteetatenComponent) endpoint.getComponent();
        InstalledParts parts = InstalledParts.of(endpoint.getCamelContext());
        this.gateway = parts.gateway();
        this.spans = parts.spans();
    }

    @Override
    protected void doStart() throws Exception {
        address = component.http(endpoint.getApi(), endpoint.getHosts());
        http = address.createProducer();
        ServiceHelper.startService(address, http);
        super.doStart();
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        ServiceHelper.stopAndShutdownServices(http, address);
    }

    @Override
    public void process(Exchange exchange) throws InterruptedException {
        Call call = Call.of(exchange);
        if (!call.api.equals(endpoint.getApi())) {
            // It would be counted under another API than the one that is called
            throw new IllegalStateException("the call is for another API than the endpoint " + endpoint);
        }
        gateway.call(call, this::traced);
    }

    private Gateway.Answer traced(Call call, Map<String, String> headers) throws Exception {
        try (Spans.Span span = spans.begins("call " + call.api, true)) {
            try {
                Gateway.Answer answer = exchange(call, headers);
                span.put(Spans.STATUS, answer.status());
                if (answer.status() >= 400) {
                    span.failed(String.valueOf(answer.status()));
                }
                return answer;
            } catch (Exception e) {
                span.failed(CallFailedException.kind(e));
                throw e;
            } finally {
                call.tell(span);
            }
        }
    }

    private Gateway.Answer exchange(Call call, Map<String, String> headers) throws Exception {
        Exchange exchange = address.createExchange();
        Message message = exchange.getMessage();
        headers.forEach(message::setHeader);
        // As the constant: from text Camel would look for a converter, at every call
        message.setHeader(Exchange.HTTP_METHOD, call.post == null ? HttpMethods.GET : HttpMethods.POST);
        if (call.post != null) {
            message.setHeader(Exchange.CONTENT_TYPE, Formats.JSON);
            message.setBody(call.post);
        }
        if (call.url() != null) {
            message.setHeader(Exchange.HTTP_URI, call.url());
        }
        message.setHeader(Exchange.HTTP_PATH, call.path);
        if (call.query != null) {
            message.setHeader(Exchange.HTTP_QUERY, call.query);
        }
        http.process(exchange);
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
        Message answer = exchange.getMessage();
        return new Gateway.Answer(
                answer.getHeader(Exchange.HTTP_RESPONSE_CODE, int.class),
                answer.getBody(byte[].class),
                answer.getHeader(Exchange.CONTENT_TYPE, String.class),
                answer.getHeader("ETag", String.class),
                answer.getHeader("Retry-After", String.class),
                answer.getHeader("Date", String.class));
    }
}
