package no.delingsruter.store;

import org.apache.camel.Exchange;

/**
 * A lookup on its way through a route, from its pending row to its result. It travels as an exchange property, so that a step
 * that changes body or headers does not lose it.
 */
public final class Result {
    private static final String PROPERTY = "pending-lookup.result";
    private final PendingLookup lookup;
    private PendingLookup.Delivered delivered;

    public Result(PendingLookup lookup) {
        this.lookup = lookup;
    }

    /** The result of the exchange's lookup; null when the exchange does not come from {@code pending-lookup}. */
    public static Result of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, Result.class);
    }

    void attachTo(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
        exchange.getMessage().setBody(Page.event(lookup.hendelse()));
    }

    public PendingLookup lookup() {
        return lookup;
    }

    /** What is now the last result of the key; null when it has not changed. */
    public PendingLookup.Delivered delivered() {
        return delivered;
    }

    public void delivered(PendingLookup.Delivered now) {
        this.delivered = now;
    }

    @Override
    public String toString() {
        return "result of " + lookup;
    }
}
