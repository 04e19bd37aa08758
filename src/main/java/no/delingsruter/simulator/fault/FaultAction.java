package no.delingsruter.simulator.fault;

import java.util.function.Supplier;
import no.delingsruter.simulator.call.Answer;
import no.delingsruter.simulator.call.Exchange;
import no.delingsruter.simulator.maskinporten.Tokens;

/** One way for a call to go wrong. A new one is a record in its own file and a line in {@link FaultActions}; its components are its YAML fields. */
public interface FaultAction {

    /**
     * What an action works with.
     *
     * @param normal the answer that the call would have had; for a token call, asking for it issues the token
     */
    record Context(Exchange exchange, Supplier<Answer> normal, Tokens tokens) {}

    /** Answers the call in its own way: sends something, or sees to it that nothing is sent. Called on the event loop, must not block. */
    void answer(Context context);
}
