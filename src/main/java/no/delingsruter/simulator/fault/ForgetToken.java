package no.delingsruter.simulator.fault;

import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.call.Errors;
import no.delingsruter.simulator.catalogue.Meaning;

/** Forgets the call's token and answers 401, as when a token is withdrawn before its time. Token calls are left alone. */
public record ForgetToken() implements FaultAction {
    @Override
    public void answer(Context context) {
        Call call = context.exchange().call();
        context.tokens().forget(call.headers().get("Authorization"));
        if (call.kind() == Call.Kind.TOKEN) {
            context.exchange().send(context.normal().get());
            return;
        }
        context.exchange().send(Errors.of(call, Meaning.TOKEN, "Feil i forbindelse med autentisering"));
    }
}
