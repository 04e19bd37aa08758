package no.delingsruter.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import no.delingsruter.support.Keytool;

/** TLS in front of a server that speaks none. */
final class TlsFront implements AutoCloseable {
    static final String PASSWORD = "changeit";

    private final SSLServerSocket socket;

    /**
     * @param keys    PKCS#12, see {@link #keys}
     * @param clients a client certificate of these is asked for; null: none
     * @param port    behind it
     */
    TlsFront(Path keys, Path clients, IntSupplier port) throws GeneralSecurityException, IOException {
        KeyManagerFactory ours = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        ours.init(KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
        TrustManagerFactory theirs = null;
        if (clients != null) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            KeyStore given = KeyStore.getInstance(clients.toFile(), PASSWORD.toCharArray());
            trusted.setCertificateEntry(
                    "client", given.getCertificate(given.aliases().nextElement()));
            theirs = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            theirs.init(trusted);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(ours.getKeyManagers(), theirs == null ? null : theirs.getTrustManagers(), null);
        socket = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        socket.setNeedClientAuth(clients != null);
        daemon(() -> accept(port));
    }

    /** A new key with a certificate of its own, in a PKCS#12 file, and the certificate in PEM beside it. */
    static Path keys(Path directory, String name, String... options) throws ReflectiveOperationException {
        Path file = directory.resolve(name + ".p12");
        pair(file, name, options);
        Keytool.run(
                file,
                PASSWORD,
                List.of("-exportcert", "-rfc", "-file", pem(file).toString()));
        return file;
    }

    /** The same with a certificate of an authority's. */
    static Path signed(Path directory, String name, Path authority, String... options)
            throws ReflectiveOperationException {
        Path file = directory.resolve(name + ".p12");
        Path request = directory.resolve(name + ".csr");
        pair(file, name);
        Keytool.run(file, PASSWORD, List.of("-certreq", "-file", request.toString()));
        List<String> sign = new ArrayList<>(List.of(
                "-gencert",
                "-rfc",
                "-infile",
                request.toString(),
                "-outfile",
                pem(file).toString()));
        sign.addAll(List.of(options));
        Keytool.run(authority, PASSWORD, sign);
        Keytool.run(
                file,
                PASSWORD,
                List.of(
                        "-importcert",
                        "-noprompt",
                        "-alias",
                        "ca",
                        "-file",
                        pem(authority).toString()));
        Keytool.run(
                file,
                PASSWORD,
                List.of(
                        "-importcert",
                        "-noprompt",
                        "-alias",
                        "mykey",
                        "-file",
                        pem(file).toString()));
        return file;
    }

    /** On a curve: a pair of RSA takes C1 a second. */
    private static void pair(Path file, String name, String... options) throws ReflectiveOperationException {
        List<String> generate = new ArrayList<>(
                List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=" + name));
        generate.addAll(List.of(options));
        Keytool.run(file, PASSWORD, generate);
    }

    static Path pem(Path keys) {
        return keys.resolveSibling(keys.getFileName().toString().replace(".p12", ".pem"));
    }

    int port() {
        return socket.getLocalPort();
    }

    private void accept(IntSupplier port) {
        while (!socket.isClosed()) {
            try {
                SSLSocket in = (SSLSocket) socket.accept();
                daemon(() -> serve(in, port));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void serve(SSLSocket in, IntSupplier port) {
        try (in;
                Socket out = new Socket(InetAddress.getLoopbackAddress(), port.getAsInt())) {
            in.startHandshake();
            Thread back = daemon(() -> pump(out, in));
            pump(in, out);
            back.join();
        } catch (IOException | InterruptedException e) {
            // a client that does not trust us
        }
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // closed at one end
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "tls-front");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
