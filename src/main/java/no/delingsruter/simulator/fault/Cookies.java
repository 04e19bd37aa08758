package no.delingsruter.simulator.fault;

/** Answers rightly and sets a session cookie, as the old gateway does; a client that sends it back would be tied to one server. */
public record Cookies() implements FaultAction {
    @Override
    public void answer(Context context) {
        context.exchange()
                .send(context.normal()
                        .get()
                        .header("Set-Cookie", "BIGipServer~deling=1677787402.36895.0000; path=/; Httponly"));
    }
}
