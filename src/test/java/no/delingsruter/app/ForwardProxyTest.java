package no.delingsruter.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForwardProxyTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);
    private static final String RIGHT = "Basic " + Base64.getEncoder().encodeToString("me:secret".getBytes(ISO_8859_1));

    @TempDir
    Path directory;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private ServerSocket proxy;

    @BeforeEach
    void startProxy() throws IOException {
        proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(() -> {
            while (true) {
                Socket client = proxy.accept();
                daemon(() -> serve(client));
            }
        });
    }

    @AfterEach
    void stopProxy() throws IOException {
        proxy.close();
    }

    private TestBed bed(String password) {
        TestBed bed = new TestBed(directory);
        bed.simulator().list("inntekt").generate(30, 30, 7, 0);
        return bed.set("proxy.url", "http://localhost:" + proxy.getLocalPort())
                .set("proxy.user", "me")
                .set("proxy.password", password);
    }

    @Test
    @DisplayName("I1: tokens, lists and lookups go by the proxy that is configured, with its password")
    void byTheProxy() {
        try (TestBed bed = bed("secret")) {
            bed.start().untilDone("inntekt", A_MINUTE);
            assertEquals(30, bed.count("result"));
            assertTrue(asked.stream().anyMatch(line -> line.contains("/token")), "tokens: " + asked);
            assertTrue(asked.stream().filter(line -> line.startsWith("GET ")).count() >= 31, asked::toString);
            assertTrue(bed.simulator().stats().maxInFlight("inntekt") <= 5);
        }
    }

    @Test
    @DisplayName("A proxy that refuses the password is a standstill that names it and the keys")
    void refused() {
        try (TestBed bed = bed("wrong")) {
            bed.start();
            await().atMost(A_MINUTE)
                    .until(() -> bed.application()
                            .alerts()
                            .open()
                            .toString()
                            .contains(
                                    "the proxy localhost refuses the call (407): check proxy.user and proxy.password"));
            assertTrue(bed.application().alerts().standstill());
            assertEquals(0, bed.simulator().stats().calls());
        }
    }

    @Test
    @DisplayName("https goes through a tunnel; a proxy that will not have it is named")
    void tunnel() {
        try (TestBed bed = bed("secret")) {
            bed.set("skatteetaten.url", "https://skatteetaten.invalid/{api}")
                    .set("proxy.none-for", "*.example.no, 127.0.0.1")
                    .start();
            await().atMost(A_MINUTE)
                    .until(() -> bed.application()
                            .alerts()
                            .open()
                            .toString()
                            .contains("the proxy localhost refuses the call (403)"));
            assertTrue(bed.application().alerts().standstill());
            assertTrue(asked.contains("CONNECT skatteetaten.invalid:443 HTTP/1.1"), asked::toString);
            assertEquals(0, bed.count("parked"));
        }
    }

    @Test
    @DisplayName("The password goes into the tunnel to Maskinporten too, which the JDK's client leaves out by itself")
    void tunnelToMaskinporten() {
        try (TestBed bed = bed("secret")) {
            bed.set("maskinporten.token-url", "https://maskinporten.invalid/token");
            try (ChildJob job = bed.child()) {
                await().atMost(A_MINUTE)
                        .until(() -> asked.contains("CONNECT maskinporten.invalid:443 HTTP/1.1") || !job.alive());
                assertTrue(job.alive(), job.output());
            }
        }
    }

    @Test
    @DisplayName("Hosts of proxy.none-for are called directly")
    void noneFor() {
        try (TestBed bed = bed("secret")) {
            bed.set("proxy.none-for", "localhost").start().untilDone("inntekt", A_MINUTE);
            assertTrue(asked.isEmpty(), asked::toString);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // the test is over, or the other side has gone
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Plain requests go on to where they want; tunnels lead nowhere. */
    private void serve(Socket client) throws IOException {
        try (client) {
            InputStream in = client.getInputStream();
            OutputStream out = client.getOutputStream();
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                String first = head.lines().findFirst().orElse("");
                int length = head.lines()
                        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                        .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                        .sum();
                byte[] body = in.readNBytes(length);
                if (!head.contains("Proxy-Authorization: " + RIGHT)) {
                    out.write("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"
                            .getBytes(ISO_8859_1));
                    continue;
                }
                asked.add(first);
                if (first.startsWith("CONNECT")) {
                    out.write("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
                    return;
                }
                URI target = URI.create(first.split(" ", -1)[1]);
                try (Socket server = new Socket(target.getHost(), target.getPort())) {
                    String rest = head.substring(first.length() + 2)
                            .replaceAll("(?im)^(Proxy-Authorization|Proxy-Connection|Connection):.*\r\n", "");
                    String path =
                            target.getRawPath() + (target.getRawQuery() == null ? "" : "?" + target.getRawQuery());
                    OutputStream to = server.getOutputStream();
                    to.write((first.split(" ", -1)[0] + " " + path + " HTTP/1.1\r\nConnection: close\r\n" + rest)
                            .getBytes(ISO_8859_1));
                    to.write(body);
                    server.getInputStream().transferTo(out);
                }
                return;
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }
}
