package no.delingsruter.maskinporten;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** A certificate key in a PKCS#12 file. */
final class KeystoreKey {
    private static final String KEYSTORE = "maskinporten.keystore";
    private static final String ALIAS = "maskinporten.key-alias";

    private KeystoreKey() {}

    static SigningKey read(MaskinportenSettings settings, Instant now) {
        char[] password = characters(settings.keystorePassword());
        try {
            KeyStore store = open(settings.keystore(), password);
            String alias = alias(store, settings.keyAlias());
            PrivateKey key =
                    key(store, alias, settings.keyPassword() == null ? password : characters(settings.keyPassword()));
            List<X509Certificate> chain = Stream.of(store.getCertificateChain(alias))
                    .map(X509Certificate.class::cast)
                    .toList();
            SigningKey signingKey = SigningKey.certified(key, chain, KEYSTORE);
            checkValidity(chain.get(0), now);
            return signingKey;
        } catch (KeyStoreException e) {
            throw new KeyMaterialException(KEYSTORE, "cannot be used as a PKCS#12 keystore");
        }
    }

    private static KeyStore open(String path, char[] password) throws KeyStoreException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        Path file = file(path);
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password);
            return store;
        } catch (IOException | GeneralSecurityException e) {
            if (e.getCause() instanceof UnrecoverableKeyException) {
                throw new KeyMaterialException("maskinporten.keystore-password", "does not open the keystore");
            }
            throw new KeyMaterialException(KEYSTORE, "is not a PKCS#12 file that can be read: " + file);
        }
    }

    private static Path file(String path) {
        try {
            Path file = Path.of(path).toAbsolutePath();
            if (Files.isReadable(file) && Files.isRegularFile(file)) {
                return file;
            }
            throw new KeyMaterialException(KEYSTORE, "names a file that does not exist or cannot be read: " + file);
        } catch (InvalidPathException e) {
            throw new KeyMaterialException(KEYSTORE, "is not the path of a file");
        }
    }

    private static String alias(KeyStore store, String wanted) throws KeyStoreException {
        List<String> entries = Collections.list(store.aliases());
        if (wanted != null) {
            if (!store.containsAlias(wanted)) {
                throw new KeyMaterialException(ALIAS, "names no entry of the keystore, which has " + entries);
            }
            if (!store.isKeyEntry(wanted)) {
                throw new KeyMaterialException(ALIAS, "names an entry without a private key");
            }
            return wanted;
        }
        List<String> keys = new ArrayList<>();
        for (String entry : entries) {
            if (store.isKeyEntry(entry)) {
                keys.add(entry);
            }
        }
        if (keys.isEmpty()) {
            throw new KeyMaterialException(KEYSTORE, "holds no private key");
        }
        if (keys.size() > 1) {
            throw new KeyMaterialException(
                    ALIAS, "is missing, and the keystore has several private keys: choose one of " + keys);
        }
        return keys.get(0);
    }

    private static PrivateKey key(KeyStore store, String alias, char[] password) throws KeyStoreException {
        try {
            if (store.getKey(alias, password) instanceof PrivateKey key && store.getCertificateChain(alias) != null) {
                return key;
            }
        } catch (GeneralSecurityException e) {
            throw new KeyMaterialException(
                    "maskinporten.key-password",
                    "does not open the private key (when it is not set, the keystore's password is used)");
        }
        throw new KeyMaterialException(ALIAS, "names an entry without a private key and its certificate");
    }

    private static void checkValidity(X509Certificate certificate, Instant now) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        if (now.isAfter(until)) {
            throw new KeyMaterialException(
                    KEYSTORE, "holds a certificate that expired at " + until + ": a new one is needed");
        }
        if (now.isBefore(from)) {
            throw new KeyMaterialException(
                    KEYSTORE, "holds a certificate that is not valid before " + from + ": check the machine's clock");
        }
    }

    private static char[] characters(String password) {
        return password == null ? new char[0] : password.toCharArray();
    }
}
