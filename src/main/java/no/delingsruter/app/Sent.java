package no.delingsruter.app;

/** Tells the job that what a command needs beside its arguments follows upon them. */
final class Sent {
    static final String OPTION = "--sent";

    private Sent() {}
}
