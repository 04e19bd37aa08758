package no.delingsruter.installation;

import java.time.Instant;
import java.util.Optional;
import no.delingsruter.observation.Activity;
import no.delingsruter.skatteetaten.Gateway;

/** Says that a token is being got, to whoever watches that things get on. */
record WatchedTokens(Gateway.Tokens tokens, Activity activity) implements Gateway.Tokens {
    @Override
    public String token(String scope, String organisation) {
        Activity.Piece piece = activity.begins();
        try {
            return tokens.token(scope, organisation);
        } finally {
            piece.ends();
        }
    }

    @Override
    public Optional<Instant> keyExpires() {
        return tokens.keyExpires();
    }

    @Override
    public void discard(String scope, String organisation, String token) {
        tokens.discard(scope, organisation, token);
    }
}
