package no.delingsruter.store;

/**
 * Lets the write of a lookup or a page through only while nobody else has been given its unit since it was begun: the epoch of its lease is
 * compared in the statement itself, and the row of the lease stays locked against the next owner until the transaction ends.
 */
public final class Fence {
    /** For a store that one process alone works on. */
    public static final Fence NONE = new Fence("", (service, organisation) -> new Lane("", 0));

    /** Renewals pass by this lock. A client that is frozen while it holds it is let go of by the server. */
    private static final String CHECKED = " and (select epoch from lane where unit = ? and organisation = ?"
            + " and set_config('idle_in_transaction_session_timeout', '10s', true) is not null for key share) = ?";

    private final String condition;
    private final Lanes lanes;

    /** @param epoch of the lease; what is no epoch when there is none */
    public record Lane(String unit, long epoch) {}

    /** Which unit a service is part of, and under which epoch this instance works on it. */
    public interface Lanes {
        Lane of(String service, String organisation);
    }

    private Fence(String condition, Lanes lanes) {
        this.condition = condition;
        this.lanes = lanes;
    }

    /** For a store with leases. */
    public static Fence of(Lanes lanes) {
        return new Fence(CHECKED, lanes);
    }

    long epoch(String service, String organisation) {
        return lanes.of(service, organisation).epoch();
    }

    /** Ends a where clause. */
    String condition() {
        return condition;
    }

    /** Of the condition. */
    Object[] values(String service, String organisation, long epoch) {
        return condition.isEmpty()
                ? new Object[0]
                : new Object[] {lanes.of(service, organisation).unit(), organisation, epoch};
    }
}
