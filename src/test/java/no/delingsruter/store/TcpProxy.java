package no.delingsruter.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A path to a server that can be cut: without a word, as a cable is; the server goes on believing in its sessions. */
public final class TcpProxy implements AutoCloseable {
    private final int target;
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean cut;
    private volatile boolean swallowing;
    private volatile long delayMillis;
    private volatile int generation;

    public TcpProxy(int target) throws IOException {
        this(0, target);
    }

    /** @param port where it listens */
    public TcpProxy(int port, int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Nothing passes any more, and nobody is told. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // by the test's thread alone
    public void cut() {
        cut = true;
        generation++;
    }

    /** New connections pass; the old ones never again. */
    public void mend() {
        cut = false;
        swallowing = false;
        delayMillis = 0;
    }

    /** Both sides are told that the connections that are open have ended. */
    public void reset() {
        for (Socket socket : sockets) {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                // it is closed already
            }
            close(socket);
        }
        sockets.clear();
    }

    /** What is asked arrives, and what is answered does not. */
    public void swallow() {
        swallowing = true;
    }

    /** Every answer takes longer. */
    public void delay(long millis) {
        delayMillis = millis;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                if (cut) {
                    continue;
                }
                Socket back = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(back);
                int born = generation;
                threads.execute(() -> pump(client, back, born, false));
                threads.execute(() -> pump(back, client, born, true));
            } catch (IOException e) {
                // closed
            }
        }
    }

    private void pump(Socket from, Socket to, int born, boolean answers) {
        byte[] bytes = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                if (answers && delayMillis > 0) {
                    Thread.sleep(delayMillis);
                }
                if (born == generation && !(answers && swallowing)) {
                    to.getOutputStream().write(bytes, 0, count);
                }
            }
        } catch (IOException e) {
            // the other side is gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (born == generation) {
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
