package no.delingsruter.model;

import java.util.Comparator;

/**
 * What a lookup is made for. Two events with equal keys that wait together cost one lookup.
 *
 * @param organisation  organisation acted for
 * @param lookup        which of the service's lookups
 * @param identifikator person, organisation, referanse: whatever the lookup is by
 * @param gjelderPeriode year or month, empty when the lookup has none
 * @param qualifier     what else the lookup needs, such as a kommunenummer; empty for most
 * @param snapshot      the event's sekvensnummer for lookups that read snapshots, else 0
 */
public record LookupKey(
        String service,
        String organisation,
        String lookup,
        String identifikator,
        String gjelderPeriode,
        String qualifier,
        long snapshot)
        implements Comparable<LookupKey> {
    /** In which transactions take the rows of many keys, so that none waits for another that waits for it. */
    private static final Comparator<LookupKey> ORDER = Comparator.comparing(LookupKey::identifikator)
            .thenComparing(LookupKey::gjelderPeriode)
            .thenComparing(LookupKey::lookup)
            .thenComparing(LookupKey::service)
            .thenComparing(LookupKey::organisation)
            .thenComparing(LookupKey::qualifier)
            .thenComparing(LookupKey::snapshot);

    @Override
    public int compareTo(LookupKey other) {
        return ORDER.compare(this, other);
    }

    /** Whose results supersede each other: the key without its snapshot. */
    public LookupKey subject() {
        return snapshot == 0
                ? this
                : new LookupKey(service, organisation, lookup, identifikator, gjelderPeriode, qualifier, 0);
    }

    /** Never the identifikator: this may reach a log. */
    @Override
    public String toString() {
        return service + "/" + lookup + " (" + organisation + ")";
    }
}
