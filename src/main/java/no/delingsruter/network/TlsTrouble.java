package no.delingsruter.network;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** What is wrong between us and the other end that no waiting mends. */
public final class TlsTrouble {
    private static final Pattern OTHER_HOST =
            Pattern.compile("(?i)no (subject alternative|name matching).*|.*doesn't match.*");
    private static final Pattern OURS =
            Pattern.compile(".*(certificate_required|bad_certificate|unknown_ca|certificate_unknown|access_denied).*");

    private TlsTrouble() {}

    /**
     * @param host whose certificate it would be
     * @param key  that says where it is
     * @return one sentence with the cure; null when the failure is another one
     */
    public static @Nullable String sentence(String host, String key, Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            causes.add(cause);
        }
        String certificate = "the TLS certificate of " + host;
        if (any(causes, CertificateExpiredException.class)) {
            return certificate + " has expired: who runs " + key
                    + " must renew it; compare the machine's clock, and see that no proxy in between shows an old one";
        }
        if (any(causes, CertificateNotYetValidException.class)) {
            return certificate + " is not valid yet: compare the machine's clock; it is what " + key + " shows";
        }
        if (any(causes, CertPathBuilderException.class) || any(causes, CertPathValidatorException.class)) {
            return certificate
                    + " is not trusted; if a proxy or your own CA signs it, give its CA with tls.ca-file (PEM)"
                    + " or tls.trust-store (PKCS#12)";
        }
        if (any(causes, SSLPeerUnverifiedException.class)
                || says(causes, CertificateException.class, OTHER_HOST)
                || says(causes, SSLException.class, OTHER_HOST)) {
            return certificate + " is for another host than the one in " + key
                    + ": compare the address, and see what stands in between";
        }
        if (says(causes, SSLException.class, OURS)) {
            return host + " asks for a client certificate, or refuses ours: give the right one with tls.key-store and"
                    + " tls.key-store-password";
        }
        return null;
    }

    private static boolean any(List<Throwable> causes, Class<?> kind) {
        return causes.stream().anyMatch(kind::isInstance);
    }

    private static boolean says(List<Throwable> causes, Class<?> kind, Pattern what) {
        return causes.stream()
                .anyMatch(cause -> kind.isInstance(cause)
                        && what.matcher(String.valueOf(cause.getMessage())).matches());
    }
}
