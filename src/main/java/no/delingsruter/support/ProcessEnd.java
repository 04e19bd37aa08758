package no.delingsruter.support;

import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end for what waiting cannot mend: the process ends with a code of its own, so that a supervisor starts it again; never a thread
 * alone. A thread that works for long catches {@link Throwable}, calls {@link #ifFatal} first, and then says and counts what is left.
 */
public final class ProcessEnd {
    /** Exit code: start it again. */
    public static final int CODE = 4;

    private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);
    private static volatile IntConsumer end = code -> LOG.error("This process should be started again");

    private ProcessEnd() {}

    /**
     * The program's choice, never a library's: an end halts the process, and an Error that no thread catches is an end too.
     *
     * @param halt gets the exit code and does not return
     */
    public static void endsBy(IntConsumer halt) {
        end = halt;
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            ifFatal(failure);
            LOG.error("The thread {} has ended by an error", thread.getName(), failure);
        });
    }

    /**
     * Ends the process when the failure, or a cause of it, leaves none of its threads in a known state: no memory, or a broken virtual
     * machine. A stack that was too deep is a fault of what was worked on, and is left to the caller.
     */
    public static void ifFatal(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 50; depth++) {
            if (cause instanceof VirtualMachineError && !(cause instanceof StackOverflowError)) {
                because(
                        cause instanceof OutOfMemoryError
                                ? "there is not enough memory: give the process more (-Xmx), or lower lookup.workers"
                                : cause.getClass().getSimpleName());
                return;
            }
            cause = cause.getCause();
        }
    }

    /** @param reason one sentence without personal data */
    public static void because(String reason) {
        try {
            LOG.error("Ended, to be started again (exit code {}): {}", CODE, reason);
        } finally {
            end.accept(CODE);
        }
    }
}
