package no.delingsruter.skatteetaten;

import java.io.IOException;
import no.delingsruter.support.AnswerMemory;

/** An answer that is larger than {@code skatteetaten.max-response-bytes}; the message names no address. */
public final class AnswerTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param length that the answer announces, negative when it does not */
    public AnswerTooLargeException(long length, long bound) {
        super("the answer is larger than "
                + (bound < AnswerMemory.OF_THE_HEAP.most()
                        ? "skatteetaten.max-response-bytes=" + bound + " allows"
                        : "the " + bound + " bytes that this heap holds; give the process more (-Xmx)")
                + " ("
                + (length < 0 ? "it does not say how large" : length + " bytes before decompression") + ")");
    }
}
