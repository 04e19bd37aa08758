package no.delingsruter.observation;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * Spans of OpenTelemetry. Not by Camel's own tracer: it copies what steps log, exceptions' messages and endpoints' addresses into its
 * spans, and none of that can be switched off (camel-telemetry 4.18, {@code Tracer}).
 */
public final class OpenTelemetrySpans implements Spans {
    private final Tracer tracer;

    private OpenTelemetrySpans(OpenTelemetry telemetry) {
        tracer = telemetry.getTracer("no.delingsruter");
    }

    /** By the application's OpenTelemetry, a bean, or the one that an agent has set up; none where there is neither, or no API of it. */
    public static Spans of(CamelContext camel) {
        if (!has(camel, "io.opentelemetry.api.GlobalOpenTelemetry")) {
            return Spans.NONE;
        }
        OpenTelemetry own = camel.getRegistry().findSingleByType(OpenTelemetry.class);
        if (own != null) {
            return new OpenTelemetrySpans(own);
        }
        // To ask for the global one where nobody has set it would set it for good. The agent's is there without being
        // set
        boolean global = GlobalOpenTelemetry.isSet() || has(camel, "io.opentelemetry.javaagent.OpenTelemetryAgent");
        return global ? new OpenTelemetrySpans(GlobalOpenTelemetry.get()) : Spans.NONE;
    }

    private static boolean has(CamelContext camel, String type) {
        return camel.getClassResolver().resolveClass(type) != null;
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // closed with the span
    public Spans.Span begins(String name, boolean call) {
        io.opentelemetry.api.trace.Span span = tracer.spanBuilder(name)
                .setSpanKind(call ? SpanKind.CLIENT : SpanKind.INTERNAL)
                .startSpan();
        Scope scope = span.makeCurrent();
        return new Spans.Span() {
            @Override
            public Spans.Span put(String attribute, @Nullable Object value) {
                if (value instanceof Number number) {
                    span.setAttribute(attribute, number.longValue());
                } else if (value != null) {
                    span.setAttribute(attribute, value.toString());
                }
                return this;
            }

            @Override
            public void failed(String kind) {
                span.setStatus(StatusCode.ERROR);
                span.setAttribute(ERROR, kind);
            }

            @Override
            public void close() {
                scope.close();
                span.end();
            }
        };
    }
}
