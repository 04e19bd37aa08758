package no.delingsruter.simulator.maskinporten;

import com.nimbusds.jose.jwk.JWK;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who may ask for tokens, and for which organisation. Thread safe. */
public final class Clients {

    /** A registered key. */
    record Key(JWK jwk, String clientId, boolean expired) {}

    private final Map<String, Key> keys = new ConcurrentHashMap<>();
    private final Map<String, String> organisations = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> withheld = new ConcurrentHashMap<>();
    private final Set<String> approved = ConcurrentHashMap.newKeySet();

    /** Registers a public key by its kid, for a client of an organisation. */
    public void register(JWK key, String clientId, String organisation) {
        if (key.getKeyID() == null) {
            throw new IllegalArgumentException("A registered key needs a kid");
        }
        keys.put(key.getKeyID(), new Key(key.toPublicJWK(), clientId, false));
        organisations.put(clientId, organisation);
    }

    /** Lets a client of an organisation in by certificate (x5c). */
    public void trust(String clientId, String organisation) {
        organisations.put(clientId, organisation);
    }

    /** Takes a scope from a client: Maskinporten then refuses it a token. */
    public void withhold(String clientId, String scope) {
        withheld.computeIfAbsent(clientId, client -> ConcurrentHashMap.newKeySet())
                .add(scope);
    }

    boolean lacks(String clientId, String scope) {
        return withheld.getOrDefault(clientId, Set.of()).contains(scope);
    }

    /** The organisation has made the client's system its systembruker in Altinn. */
    public void approve(String organisation) {
        approved.add(organisation);
    }

    /** Whether the organisation has a systembruker: all have as long as none is named. */
    boolean isApproved(String organisation) {
        return approved.isEmpty() || approved.contains(organisation);
    }

    /** Lets a registered key expire, as it does after a year. */
    public void expire(String kid) {
        keys.computeIfPresent(kid, (id, key) -> new Key(key.jwk(), key.clientId(), true));
    }

    /** The registered key, or null. */
    Key key(String kid) {
        return keys.get(kid);
    }

    /** The organisation of a client: the default when nobody is registered, null when others are and this one is not. */
    String organisation(String clientId, String otherwise) {
        return organisations.isEmpty() ? otherwise : organisations.get(clientId);
    }
}
