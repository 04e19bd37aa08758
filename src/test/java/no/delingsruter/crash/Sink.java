package no.delingsruter.crash;

import no.delingsruter.store.TestDatabase;

/** Where results go, and in which database the store is. */
enum Sink {
    H2_STORE(TestDatabase.H2, "direct:database"),
    POSTGRESQL_STORE(TestDatabase.POSTGRESQL, "direct:database"),
    FILE(TestDatabase.H2, "direct:file"),
    JMS(TestDatabase.POSTGRESQL, "direct:jms");

    final TestDatabase database;
    final String endpoint;

    Sink(TestDatabase database, String endpoint) {
        this.database = database;
        this.endpoint = endpoint;
    }

    boolean isDatabase() {
        return endpoint.equals("direct:database");
    }

    /** Whether a delivery of this kind passes the crash point. */
    boolean passes(String point) {
        return switch (this) {
            case H2_STORE, POSTGRESQL_STORE -> !point.endsWith(" of file") && !point.endsWith(" of jms");
            case FILE -> !point.endsWith(" of jms") && !point.endsWith(" of database") && !point.contains("result");
            case JMS -> !point.endsWith(" of file") && !point.endsWith(" of database") && !point.contains("result");
        };
    }
}
