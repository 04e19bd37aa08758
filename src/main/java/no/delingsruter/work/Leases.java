package no.delingsruter.work;

/** What this instance may work on. */
public interface Leases {
    /** For a store that one process alone works on: everything, always. */
    Leases ALONE = new Leases() {
        @Override
        public Lease of(String service, String organisation) {
            return Lease.ALWAYS;
        }

        @Override
        public Lease ofApi(String group, String organisation) {
            return Lease.ALWAYS;
        }
    };

    /** For the lists and lookups of a service. */
    Lease of(String service, String organisation);

    /** @param group the API's name without "hendelser" */
    Lease ofApi(String group, String organisation);
}
