package no.delingsruter.skatteetaten;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers nothing, and goes on with a call for a while after the caller has hung up. */
final class SlowServer implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Duration worksOn;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    SlowServer(Duration worksOn) throws IOException {
        this.worksOn = worksOn;
        new Thread(this::accept, "slow-server").start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                new Thread(() -> work(socket), "slow-server-call").start();
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void work(Socket socket) {
        try (socket) {
            if (socket.getInputStream().read() < 0) {
                return;
            }
            calls.incrementAndGet();
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
            while (socket.getInputStream().read() >= 0) {
                // until the caller hangs up
            }
            Thread.sleep(worksOn.toMillis());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.decrementAndGet();
        }
    }

    /** A call over a socket of its own, which waits for an answer for so long. */
    Gateway.Answer ask(int timeoutMs) throws IOException {
        try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
            socket.setSoTimeout(timeoutMs);
            socket.getOutputStream().write('?');
            throw new IllegalStateException(
                    "answered " + socket.getInputStream().read());
        }
    }

    int calls() {
        return calls.get();
    }

    int mostAtOnce() {
        return most.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
