package no.delingsruter.observation;

import org.jspecify.annotations.Nullable;

/**
 * What a tracing system is told: of polls, lookups, calls and deliveries. Names and values are ours, of a few kinds; no address, message
 * or text of others is among them, for those may name a person (I8).
 */
@FunctionalInterface
public interface Spans {
    /** Nobody is told. */
    Spans NONE = (name, call) -> Span.NONE;

    String SERVICE = "delingsruter.service";
    String ORGANISATION = "delingsruter.organisation";
    String LOOKUP = "delingsruter.lookup";
    String OUTCOME = "delingsruter.outcome";
    String CHANGE = "delingsruter.change";
    String EVENTS = "delingsruter.events";
    String RECEIVER = "delingsruter.receiver";
    String ROUTE = "delingsruter.route";
    String KORRELASJONSID = "delingsruter.korrelasjonsid";
    /** These are OpenTelemetry's own. */
    String METHOD = "http.request.method";

    String STATUS = "http.response.status_code";
    String TEMPLATE = "url.template";
    String ERROR = "error.type";

    /**
     * Begins a piece of work within the one that its thread is in.
     *
     * @param call whether others do the work
     */
    Span begins(String name, boolean call);

    /** A piece of work, for the thread that it began in until it is closed. */
    interface Span extends AutoCloseable {
        Span NONE = new Span() {
            @Override
            public Span put(String attribute, @Nullable Object value) {
                return this;
            }

            @Override
            public void failed(String kind) {}

            @Override
            public void close() {}
        };

        /** @param value a number or a text of ours; null for nothing to say */
        Span put(String attribute, @Nullable Object value);

        /** @param kind of failure: a word, never its message */
        void failed(String kind);

        @Override
        void close();
    }
}
