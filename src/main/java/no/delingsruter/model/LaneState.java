package no.delingsruter.model;

/** Whether a service's list is read, and its lookups are made. */
public enum LaneState {
    RUNNING(true, true),
    /** No call is made; all stays as it is. */
    PAUSED(false, false),
    /** The list is not read; what is pending is looked up. */
    DRAINING(false, true),
    /** No call is made, and the position may be moved. */
    STOPPED(false, false);

    private final boolean reads;
    private final boolean looksUp;

    LaneState(boolean reads, boolean looksUp) {
        this.reads = reads;
        this.looksUp = looksUp;
    }

    public boolean reads() {
        return reads;
    }

    public boolean looksUp() {
        return looksUp;
    }
}
