package no.delingsruter.simulator.fault;

/** Breaks the connection off before answering. */
public record Reset() implements FaultAction {
    @Override
    public void answer(Context context) {
        context.exchange().reset();
    }
}
