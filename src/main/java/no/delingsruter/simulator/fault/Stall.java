package no.delingsruter.simulator.fault;

/**
 * Answers rightly, but late.
 *
 * @param ms how long it waits
 */
public record Stall(long ms) implements FaultAction {
    @Override
    public void answer(Context context) {
        context.exchange()
                .later(ms, () -> context.exchange().send(context.normal().get()));
    }
}
