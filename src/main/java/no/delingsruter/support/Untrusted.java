package no.delingsruter.support;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import org.jspecify.annotations.Nullable;

/** A TLS certificate that this process does not trust, which no waiting mends. */
public final class Untrusted {
    private Untrusted() {}

    /**
     * @param host whose certificate it would be
     * @return one sentence with the cure; null when the failure is another one
     */
    public static @Nullable String sentence(String host, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathBuilderException || cause instanceof CertPathValidatorException) {
                return "the TLS certificate of " + host
                        + " is not trusted; if a proxy or your own CA signs it, give its CA with"
                        + " -Djavax.net.ssl.trustStore=... (and -Djavax.net.ssl.trustStorePassword=...)";
            }
        }
        return null;
    }
}
