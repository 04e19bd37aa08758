package no.delingsruter.work;

/** What this instance may work on. */
public interface Leases {
    /** Before the namespace that a leader is elected in, in the name of its unit. */
    String LEADER = "master:";

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

        @Override
        public Lease ofLeader(String namespace) {
            return Lease.ALWAYS;
        }
    };

    /** For the lists and lookups of a service. */
    Lease of(String service, String organisation);

    /** @param group the API's name without "hendelser" */
    Lease ofApi(String group, String organisation);

    /** For whatever one instance at a time may do, for all organisations together. */
    Lease ofLeader(String namespace);
}
