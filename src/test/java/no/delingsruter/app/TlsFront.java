package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
    static Path keys(Path directory, String name, String... options) throws IOException, InterruptedException {
        Path file = directory.resolve(name + ".p12");
        List<String> generate = new ArrayList<>(List.of("-genkeypair", "-keyalg", "RSA", "-dname", "CN=" + name));
        generate.addAll(List.of(options));
        keytool(file, generate);
        keytool(file, List.of("-exportcert", "-rfc", "-file", pem(file).toString()));
        return file;
    }

    /** The same with a certificate of an authority's. */
    static Path signed(Path directory, String name, Path authority, String... options)
            throws IOException, InterruptedException {
        Path file = directory.resolve(name + ".p12");
        Path request = directory.resolve(name + ".csr");
        keytool(file, List.of("-genkeypair", "-keyalg", "RSA", "-dname", "CN=" + name));
        keytool(file, List.of("-certreq", "-file", request.toString()));
        List<String> sign = new ArrayList<>(List.of(
                "-gencert",
                "-rfc",
                "-infile",
                request.toString(),
                "-outfile",
                pem(file).toString()));
        sign.addAll(List.of(options));
        keytool(authority, sign);
        keytool(
                file,
                List.of(
                        "-importcert",
                        "-noprompt",
                        "-alias",
                        "ca",
                        "-file",
                        pem(authority).toString()));
        keytool(
                file,
                List.of(
                        "-importcert",
                        "-noprompt",
                        "-alias",
                        "mykey",
                        "-file",
                        pem(file).toString()));
        return file;
    }

    static Path pem(Path keys) {
        return keys.resolveSibling(keys.getFileName().toString().replace(".p12", ".pem"));
    }

    private static void keytool(Path file, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(arguments);
        command.addAll(List.of("-keystore", file.toString(), "-storepass", PASSWORD));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, keytool.waitFor(), said);
        assertEquals(true, Files.exists(file));
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
