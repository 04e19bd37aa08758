package no.delingsruter.simulator.fault;

import no.delingsruter.simulator.call.Answer;

/**
 * Redirects to another host.
 *
 * @param location null: a host that does not exist
 * @param status 0: 302
 */
public record Redirect(String location, int status) implements FaultAction {
    @Override
    public void answer(Context context) {
        context.exchange()
                .send(Answer.of(status == 0 ? 302 : status, "text/html", "<html><body>Moved</body></html>")
                        .header(
                                "Location",
                                location != null
                                        ? location
                                        : "http://another-host.invalid"
                                                + context.exchange()
                                                        .call()
                                                        .request()
                                                        .path()));
    }
}
