package no.delingsruter.network;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import org.jspecify.annotations.Nullable;

/** Whom our TLS connections trust ({@code tls.trust-store}, {@code tls.ca-file}), and who we are in them ({@code tls.key-store}). */
public final class Tls {
    private static final String TRUST_STORE = "tls.trust-store";
    private static final String CA_FILE = "tls.ca-file";
    private static final String KEY_STORE = "tls.key-store";

    private Tls() {}

    /**
     * Empty for the JVM's own.
     *
     * @throws ConfigurationException naming the key whose file cannot be used
     */
    public static Optional<SSLContext> of(Settings settings) {
        if (settings.find(TRUST_STORE).isEmpty()
                && settings.find(CA_FILE).isEmpty()
                && settings.find(KEY_STORE).isEmpty()) {
            return Optional.empty();
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(us(settings), others(settings), null);
            return Optional.of(context);
        } catch (GeneralSecurityException | IOException e) {
            throw new ConfigurationException(
                    "tls: this JVM cannot set TLS up (" + e.getClass().getSimpleName() + ").");
        }
    }

    private static KeyManager @Nullable [] us(Settings settings) throws GeneralSecurityException {
        if (settings.find(KEY_STORE).isEmpty()) {
            return null;
        }
        char[] password = password(settings, KEY_STORE);
        KeyStore keys = store(settings, KEY_STORE, password);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        try {
            factory.init(keys, password);
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException(KEY_STORE + ": its key cannot be read with tls.key-store-password.");
        }
        if (java.util.Collections.list(keys.aliases()).stream().noneMatch(alias -> isKey(keys, alias))) {
            throw new ConfigurationException(KEY_STORE + ": " + settings.get(KEY_STORE) + " holds no private key.");
        }
        return factory.getKeyManagers();
    }

    private static boolean isKey(KeyStore keys, String alias) {
        try {
            return keys.isKeyEntry(alias);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static TrustManager[] others(Settings settings) throws GeneralSecurityException, IOException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore trusted;
        if (settings.find(TRUST_STORE).isPresent()) {
            trusted = store(settings, TRUST_STORE, password(settings, TRUST_STORE));
        } else {
            trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            factory.init((KeyStore) null);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager own) {
                    for (X509Certificate authority : own.getAcceptedIssuers()) {
                        trusted.setCertificateEntry("jvm-" + trusted.size(), authority);
                    }
                }
            }
        }
        if (settings.find(CA_FILE).isPresent()) {
            for (Certificate authority : authorities(settings.get(CA_FILE))) {
                trusted.setCertificateEntry("ca-file-" + trusted.size(), authority);
            }
        }
        if (trusted.size() == 0) {
            throw new ConfigurationException(TRUST_STORE + ": " + settings.get(TRUST_STORE) + " holds no certificate.");
        }
        factory.init(trusted);
        return factory.getTrustManagers();
    }

    private static Collection<? extends Certificate> authorities(String file) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            Collection<? extends Certificate> found =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (!found.isEmpty()) {
                return found;
            }
        } catch (IOException e) {
            throw new ConfigurationException(CA_FILE + ": " + file + " cannot be read.");
        } catch (CertificateException e) {
            // said below
        }
        throw new ConfigurationException(CA_FILE + ": " + file + " holds no certificate in PEM.");
    }

    private static char @Nullable [] password(Settings settings, String key) {
        return settings.find(key + "-password").map(String::toCharArray).orElse(null);
    }

    private static KeyStore store(Settings settings, String key, char @Nullable [] password) {
        Path file = Path.of(settings.get(key));
        if (!Files.isReadable(file)) {
            throw new ConfigurationException(key + ": " + file + " cannot be read.");
        }
        try {
            // PKCS#12 and JKS alike
            return KeyStore.getInstance(file.toFile(), password);
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigurationException(
                    key + ": " + file + " is no PKCS#12 or JKS file, or " + key + "-password is not its password.");
        }
    }
}
