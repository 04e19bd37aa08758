package no.delingsruter.store;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Lends sessions of a PostgreSQL server for one transaction each and in turn, as a pooler in transaction mode does. */
final class LendingPooler implements AutoCloseable {
    private static final int PROTOCOL = 3 << 16;
    private static final String PREFIX = "jdbc:";
    /** With its length, and without parameters. */
    private static final byte[] ROLLBACK = "Q\0\0\0\rrollback\0".getBytes(StandardCharsets.US_ASCII);

    private final URI database;
    private final int sessions;
    private final ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    private final BlockingQueue<Peer> free = new LinkedBlockingQueue<>();
    private final Collection<Peer> all = new ConcurrentLinkedQueue<>();
    /** What a session said when it was opened, for all clients. */
    private byte[] greeting;

    private record Peer(Socket socket, DataInputStream in, DataOutputStream out) {
        Peer(Socket socket) throws IOException {
            this(socket, new DataInputStream(socket.getInputStream()), new DataOutputStream(socket.getOutputStream()));
            // Else each small message waits for the answer to the one before
            socket.setTcpNoDelay(true);
        }

        /** With its length. */
        byte[] body() throws IOException {
            int length = in.readInt();
            return ByteBuffer.allocate(length)
                    .putInt(length)
                    .put(in.readNBytes(length - Integer.BYTES))
                    .array();
        }

        /** @return the state of the session after the answer: I when it is in no transaction */
        char answerTo(DataOutputStream to) throws IOException {
            while (true) {
                int type = in.read();
                byte[] body = body();
                to.write(type);
                to.write(body);
                if (type == 'Z') {
                    return (char) body[Integer.BYTES];
                }
            }
        }
    }

    /** @param sessions how many there are to lend */
    LendingPooler(String url, int sessions) throws IOException {
        this.database = URI.create(url.substring(PREFIX.length()));
        this.sessions = sessions;
        start(() -> {
            while (true) {
                Peer client = new Peer(server.accept());
                all.add(client);
                start(() -> serve(client));
            }
        });
    }

    String url() {
        return PREFIX + "postgresql://127.0.0.1:" + server.getLocalPort() + database.getPath();
    }

    private void serve(Peer client) throws IOException, InterruptedException {
        byte[] startup = client.body();
        while (ByteBuffer.wrap(startup).getInt(Integer.BYTES) != PROTOCOL) {
            // It asks for encryption
            client.out.write('N');
            startup = client.body();
        }
        client.out.write(greeting(startup));
        Peer session = null;
        try {
            for (int type = client.in.read(); type >= 0 && type != 'X'; type = client.in.read()) {
                session = session == null ? free.take() : session;
                session.out.write(type);
                session.out.write(client.body());
                if (type == 'Q' || type == 'S') {
                    ByteArrayOutputStream answer = new ByteArrayOutputStream();
                    if (session.answerTo(new DataOutputStream(answer)) == 'I') {
                        free.add(session);
                        session = null;
                    }
                    client.out.write(answer.toByteArray());
                }
            }
        } finally {
            if (session != null) {
                // The client has gone in the middle of a transaction
                session.out.write(ROLLBACK);
                session.answerTo(new DataOutputStream(OutputStream.nullOutputStream()));
                free.add(session);
            }
            client.socket.close();
        }
    }

    private synchronized byte[] greeting(byte[] startup) throws IOException {
        if (greeting == null) {
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            for (int i = 0; i < sessions; i++) {
                Peer session = new Peer(new Socket(database.getHost(), database.getPort()));
                all.add(session);
                session.out.write(startup);
                said.reset();
                session.answerTo(new DataOutputStream(said));
                free.add(session);
            }
            greeting = said.toByteArray();
        }
        return greeting;
    }

    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // It was closed
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Peer peer : all) {
            peer.socket.close();
        }
    }
}
