package no.delingsruter.simulator.fault;

/**
 * Sends the right body under another Content-Type.
 *
 * @param contentType null: text/plain
 */
public record ContentType(String contentType) implements FaultAction {
    @Override
    public void answer(Context context) {
        context.exchange().send(context.normal().get().type(contentType == null ? "text/plain" : contentType));
    }
}
