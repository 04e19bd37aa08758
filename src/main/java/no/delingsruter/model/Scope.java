package no.delingsruter.model;

/**
 * Of what something is asked: an empty part means all.
 *
 * @param lookup one of the service's lookups
 */
public record Scope(String service, String organisation, String lookup) {
    public static final Scope ALL = new Scope("", "", "");

    /** Null is taken for empty. */
    public Scope {
        service = service == null ? "" : service;
        organisation = organisation == null ? "" : organisation;
        lookup = lookup == null ? "" : lookup;
    }

    /** Whether all of another is in this one. */
    public boolean covers(Scope other) {
        return within(service, other.service)
                && within(organisation, other.organisation)
                && within(lookup, other.lookup);
    }

    private static boolean within(String wide, String narrow) {
        return wide.isEmpty() || wide.equals(narrow);
    }

    /** How narrow it is. */
    public int parts() {
        return (service.isEmpty() ? 0 : 1) + (organisation.isEmpty() ? 0 : 1) + (lookup.isEmpty() ? 0 : 1);
    }

    @Override
    public String toString() {
        return (service.isEmpty() ? "all services" : service)
                + (lookup.isEmpty() ? "" : "/" + lookup)
                + (organisation.isEmpty() ? "" : " for " + organisation);
    }
}
