package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TricklingServerTest {
    @TempDir
    Path directory;

    /** How long each call was open, seen by the server. */
    private final Queue<Duration> open = new ConcurrentLinkedQueue<>();

    private volatile boolean reached;

    private void serve(ServerSocket server, String beginning) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                new Thread(() -> trickle(socket, beginning), "trickle").start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private void trickle(Socket socket, String beginning) {
        long began = System.nanoTime();
        try (socket;
                OutputStream out = socket.getOutputStream()) {
            reached = true;
            out.write(beginning.getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 600; i++) {
                out.write('x');
                out.flush();
                Thread.sleep(100);
            }
        } catch (IOException e) {
            open.add(Duration.ofNanos(System.nanoTime() - began));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nX-Long: ",
                "HTTP/1.1 2",
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"
            })
    @DisplayName(
            "I1: a call ends after skatteetaten.request-timeout, whether it is its headers or its body that trickle")
    void hardEnd(String beginning) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                TestBed bed = new TestBed(directory)) {
            Thread accepting = new Thread(() -> serve(server, beginning), "accept");
            accepting.start();
            bed.set("skatteetaten.url.inntekt", "http://127.0.0.1:" + server.getLocalPort())
                    .set("skatteetaten.request-timeout", "1s");
            bed.simulator().list("inntekt").generate(3, 3, 1, 0);
            bed.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> open.size() >= 3);
            open.forEach(one -> assertTrue(one.toMillis() < 5_000, "open for " + one));
            String failure = await().until(
                            () -> bed.jdbc()
                                    .queryForObject("select max(last_failure) from pending_lookup", String.class),
                            found -> found != null);
            assertTrue(failure.contains("SocketTimeoutException"), failure);
        }
    }

    @Test
    @DisplayName("A stop does not wait for a server that trickles longer than for the call's own end")
    void stop() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                TestBed bed = new TestBed(directory)) {
            new Thread(() -> serve(server, "HTTP/1.1 200 OK\r\nX-Long: "), "accept").start();
            bed.set("skatteetaten.url.inntekt", "http://127.0.0.1:" + server.getLocalPort())
                    .set("skatteetaten.request-timeout", "3s");
            bed.simulator().list("inntekt").generate(3, 3, 1, 0);
            bed.start();
            await().until(() -> reached);
            long began = System.nanoTime();
            bed.stop();
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            assertTrue(took.compareTo(Duration.ofSeconds(8)) < 0, "the stop took " + took);
        }
    }
}
