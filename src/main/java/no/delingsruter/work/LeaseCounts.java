package no.delingsruter.work;

import java.util.concurrent.atomic.LongAdder;

/** What has happened to the units of this instance since its start. */
public final class LeaseCounts {
    /** Taken after another instance had handed them over, or when nobody had had them. */
    public final LongAdder taken = new LongAdder();
    /** Taken from an instance that was lost. */
    public final LongAdder takenOver = new LongAdder();

    public final LongAdder handedOver = new LongAdder();
    /** Taken by another instance, for this one had not renewed them. */
    public final LongAdder lost = new LongAdder();
    /** What lost instances had under way, and is made again here. */
    public final LongAdder repeated = new LongAdder();
}
