package no.delingsruter.benchmark;

/** One or several rows of the table. */
interface Figure {
    /** Measures and reports. */
    void measure(Lab lab) throws Exception;
}
