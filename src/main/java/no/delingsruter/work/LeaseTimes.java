package no.delingsruter.work;

import java.time.Duration;

/**
 * How long a lease lasts, and what follows from that: renewed four times in its life, so that renewals may fail or take half of it, and held
 * by this machine's clock a sixth shorter than by the database's.
 */
public record LeaseTimes(Duration ttl) {
    /** Between two renewals. */
    Duration renew() {
        return ttl.dividedBy(4);
    }

    /** From a renewal that is not answered to the next. */
    Duration again() {
        return ttl.dividedBy(6);
    }

    /** From a renewal that failed to the next. */
    Duration afterFailure() {
        return ttl.dividedBy(24);
    }

    /** Between two looks whether one is due. */
    Duration tick() {
        return ttl.dividedBy(48);
    }

    /** Between two looks for leases that are free. */
    Duration look() {
        return ttl.dividedBy(12);
    }

    /** From before a renewal is sent to the end that it gives. */
    Duration local() {
        return ttl.minus(ttl.dividedBy(6));
    }

    /** An answer that takes longer comes too late for another try. */
    public Duration answer() {
        return ttl.multipliedBy(2).dividedBy(3);
    }

    /** After an instance has gone: it may only be started anew. */
    Duration patience() {
        return ttl.multipliedBy(5).dividedBy(3);
    }
}
