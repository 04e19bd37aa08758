package no.delingsruter.model;

import java.util.List;

/** What the headers of a result are called; docs/delivery.md says what each holds. */
public final class ResultHeaders {
    /** In the order in which they are documented. */
    public static final List<String> ALL = List.of(
            "service",
            "organisation",
            "lookup",
            "identifikator",
            "gjelderPeriode",
            "qualifier",
            "keyHash",
            "sekvensnummer",
            "outcome",
            "change",
            "version",
            "incomplete",
            "identityChanged",
            "payloadHash",
            "fetchedAt",
            "korrelasjonsid",
            "idempotencyKey",
            "redelivery");

    private ResultHeaders() {}
}
