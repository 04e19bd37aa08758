package no.delingsruter.installation;

import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.LatchedActivity;
import no.delingsruter.skatteetaten.Gateway;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WatchedTokensTest {
    private final LatchedActivity latch = new LatchedActivity();

    @Test
    @DisplayName(
            "I16, null control: getting a token stands still at a latch that no code knows of, and is found by its name")
    void latched() {
        Alerts alerts = new Alerts();
        Gateway.Tokens tokens = new WatchedTokens(
                new Gateway.Tokens() {
                    @Override
                    public String token(String scope, String organisation) {
                        latch.stand();
                        return "t";
                    }

                    @Override
                    public void discard(String scope, String organisation, String token) {}
                },
                alerts.watch("Tokens of Maskinporten"));
        latch.isFound(alerts, "Tokens of Maskinporten", () -> tokens.token("scope", "self"));
    }
}
