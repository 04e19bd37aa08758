package no.delingsruter.simulator.catalogue;

/** What an error answer means; each API spells a meaning with its own code, and now and then with its own status. */
public enum Meaning {
    URL(404, "003"),
    TOKEN(401, "004"),
    ACCESS(403, "005"),
    INPUT(400, "006"),
    UNKNOWN(404, null),
    NONE(404, null),
    DELETED(404, null),
    VERSION(404, null),
    CONSENT(403, null),
    FORMAT(406, null),
    EMPTY(404, null),
    UNEXPECTED(500, "001");

    final int status;
    final String number;

    Meaning(int status, String number) {
        this.status = status;
        this.number = number;
    }
}
