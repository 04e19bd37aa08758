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
final class TcpProxy implements AutoCloseable {
    private final int target;
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean cut;
    private volatile int generation;

    TcpProxy(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Nothing passes any more, and nobody is told. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // by the test's thread alone
    void cut() {
        cut = true;
        generation++;
    }

    /** New connections pass; the old ones never again. */
    void mend() {
        cut = false;
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
                threads.execute(() -> pump(client, back, born));
                threads.execute(() -> pump(back, client, born));
            } catch (IOException e) {
                // closed
            }
        }
    }

    private void pump(Socket from, Socket to, int born) {
        byte[] bytes = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                if (born == generation) {
                    to.getOutputStream().write(bytes, 0, count);
                }
            }
            if (born == generation) {
                to.close();
            }
        } catch (IOException e) {
            // the other side is gone
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
