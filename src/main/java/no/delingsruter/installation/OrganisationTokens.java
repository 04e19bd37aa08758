package no.delingsruter.installation;

import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.maskinporten.ActingFor;
import no.delingsruter.maskinporten.MaskinportenSettings;
import no.delingsruter.maskinporten.TokenSource;
import no.delingsruter.network.Tls;
import no.delingsruter.skatteetaten.Gateway;

/** Maskinporten's tokens for the organisations acted for. */
public final class OrganisationTokens implements Gateway.Tokens {
    /** Where nothing is called. */
    static final Gateway.Tokens NONE = new Gateway.Tokens() {
        @Override
        public String token(String scope, String organisation) {
            throw new IllegalStateException("nothing is called by a check");
        }

        @Override
        public void discard(String scope, String organisation, String token) {}
    };

    private final Settings settings;
    private final TokenSource source;

    /** @throws ConfigurationException when the key or the client cannot be used */
    public OrganisationTokens(Settings settings) {
        this.settings = settings;
        try {
            SSLContext tls = Tls.of(settings).orElse(null);
            source = new TokenSource(
                    () -> MaskinportenSettings.from(
                            key -> settings.findNow(key).orElse(""), settings.duration("skatteetaten.request-timeout")),
                    client -> tls == null ? client : client.sslContext(tls));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    @Override
    public String token(String scope, String organisation) {
        return source.token(scope, actingFor(organisation));
    }

    @Override
    public void discard(String scope, String organisation, String token) {
        source.discard(scope, actingFor(organisation), token);
    }

    @Override
    public Optional<Instant> keyExpires() {
        return source.expires();
    }

    /** The key that they are asked for with, and how its owner's clock goes. */
    public TokenSource source() {
        return source;
    }

    private ActingFor actingFor(String organisation) {
        return new ActingFor(
                organisation.equals(Catalogue.SELF) ? null : organisation,
                settings.find(organisation, "maskinporten.systembruker").orElse(null));
    }
}
