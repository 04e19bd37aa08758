package no.delingsruter.skatteetaten.lookup;

import no.delingsruter.model.Outcome;
import no.delingsruter.work.LookupExecution;
import org.apache.camel.Exchange;

/** Makes the message that is delivered. */
public interface Delivery {
    /**
     * @param payload         as received; empty when the outcome has none
     * @param korrelasjonsid  of the call, null when none was made
     * @param identityChanged the answer names another identifikator than the one asked for, and an identity change explains it
     */
    void prepare(
            Exchange exchange,
            LookupExecution result,
            Outcome outcome,
            byte[] payload,
            String korrelasjonsid,
            boolean identityChanged);
}
