package no.delingsruter.work;

/** The route that a lane's lookups take. */
public interface LookupRoute {
    /**
     * Takes a lookup through the route.
     *
     * @throws Exception what the route failed with
     */
    void run(LookupExecution execution) throws Exception;

    /** There is room in a lane, or a lookup has ended. */
    void wake();
}
