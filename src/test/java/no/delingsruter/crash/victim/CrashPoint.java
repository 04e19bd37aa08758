package no.delingsruter.crash.victim;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/**
 * Runs in the child: the thread that reaches the chosen point for the n-th time says so and goes no further; the kit, which reads
 * what the child says, then sends SIGKILL. Nothing in the product knows of it.
 */
public final class CrashPoint {
    /** What the child prints when it has reached its point. */
    public static final String REACHED = "@reached ";

    private static final String POINT = System.getProperty("crash.point");
    private static final int HIT = Integer.getInteger("crash.hit", 1);
    private static final String DISCOVER = System.getProperty("crash.discover");
    private static final Map<String, Integer> HITS = new TreeMap<>();

    static {
        if (DISCOVER != null) {
            Runtime.getRuntime().addShutdownHook(new Thread(CrashPoint::write));
        }
    }

    private CrashPoint() {}

    /** Does not return when this is where the child is to be killed. */
    public static void reach(String point) {
        if (DISCOVER == null && !point.equals(POINT)) {
            return;
        }
        int hits;
        synchronized (HITS) {
            hits = HITS.merge(point, 1, Integer::sum);
        }
        if (point.equals(POINT) && hits == HIT) {
            say(REACHED + point);
            waitForTheEnd();
        }
    }

    private static void say(String line) {
        try {
            new FileOutputStream(FileDescriptor.out).write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void waitForTheEnd() {
        CountDownLatch never = new CountDownLatch(1);
        while (true) {
            try {
                never.await();
            } catch (InterruptedException e) {
                // an orderly stop must not get past the point either
            }
        }
    }

    private static void write() {
        StringBuilder all = new StringBuilder();
        synchronized (HITS) {
            HITS.forEach(
                    (point, hits) -> all.append(hits).append(' ').append(point).append('\n'));
        }
        try {
            Files.writeString(Path.of(DISCOVER), all);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
