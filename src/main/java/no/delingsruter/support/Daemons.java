package no.delingsruter.support;

import java.util.concurrent.ThreadFactory;

/** Threads that keep no process from ending. */
public final class Daemons {
    private Daemons() {}

    /** All of them have the name. */
    public static ThreadFactory named(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    public static void start(String name, Runnable work) {
        named(name).newThread(work).start();
    }
}
