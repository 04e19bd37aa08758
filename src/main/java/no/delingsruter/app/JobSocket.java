package no.delingsruter.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Reader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import no.delingsruter.observation.Activity;
import no.delingsruter.observation.Alerts;
import no.delingsruter.support.Daemons;
import no.delingsruter.support.OwnerOnlyFiles;
import no.delingsruter.support.ProcessEnd;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the operator's commands reach a running job whose embedded store no second process can open: a Unix domain socket in a
 * folder that is its owner's alone. A command sends its arguments as one line of JSON; the job runs it and sends what it prints,
 * then a zero character and the exit code. What is revealed so never touches a disk or a network.
 *
 * <p>Without it no command works beside a job on H2, and an operator would have to stop it.
 */
public final class JobSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobSocket.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_LINE = 65_536;
    private static final String SOCKET = "socket";

    private final Path socket;
    private final JobCommands commands;
    private final ServerSocketChannel server;
    private final Activity activity;

    private JobSocket(Path socket, JobCommands commands, ServerSocketChannel server, Alerts alerts) {
        this.activity = alerts.watch("Operator's commands", this::begin);
        this.socket = socket;
        this.commands = commands;
        this.server = server;
    }

    /**
     * Opens it; only the process that has the store open may, so that what is left of an earlier one can be removed.
     *
     * @param folder made, for the owner alone
     * @return empty, and said in the log, when the operating system will not have it
     */
    public static Optional<JobSocket> open(Path folder, JobCommands commands, Alerts alerts) {
        try {
            OwnerOnlyFiles.ownDirectory(folder);
            Files.deleteIfExists(folder.resolve(SOCKET));
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(address(folder));
            JobSocket job = new JobSocket(folder.resolve(SOCKET), commands, server, alerts);
            job.begin();
            return Optional.of(job);
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn(
                    "The operator's commands cannot reach this job while it runs: {}",
                    OwnerOnlyFiles.foreign(folder)
                            .map(foreign -> folder + " " + foreign)
                            .orElse(e.getClass().getSimpleName()
                                    + "; is the path of the store longer than 90 characters?"));
            return Optional.empty();
        }
    }

    /**
     * Has the running job do a command.
     *
     * @param input what the command needs beside its arguments; null for none
     * @param out   gets what the command prints
     * @return its exit code; empty when no job answers
     */
    public static Optional<Integer> send(Path folder, List<String> arguments, @Nullable String input, PrintWriter out)
            throws IOException {
        if (!Files.exists(folder.resolve(SOCKET))) {
            return Optional.empty();
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            try {
                channel.connect(address(folder));
            } catch (IOException e) {
                // Left behind by a job that was killed
                return Optional.empty();
            }
            PrintWriter request = new PrintWriter(
                    new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8), true);
            request.println(JSON.writeValueAsString(arguments));
            if (input != null) {
                request.println(JSON.writeValueAsString(input));
            }
            Reader answer = new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8);
            for (int c = answer.read(); c >= 0; c = answer.read()) {
                if (c == 0) {
                    return Optional.of(answer.read() - '0');
                }
                out.write(c);
            }
        }
        throw new IOException("the job has ended before its answer");
    }

    /** Whether a job is there to do commands. */
    public static boolean answers(Path folder) {
        if (!Files.exists(folder.resolve(SOCKET))) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(address(folder));
        } catch (IOException e) {
            // Left behind by a job that was killed
            return false;
        }
    }

    /** The shorter of the two ways to write it: operating systems allow about a hundred characters. */
    private static UnixDomainSocketAddress address(Path folder) {
        return UnixDomainSocketAddress.of(
                shorter(Path.of("").toAbsolutePath(), folder.resolve(SOCKET).toAbsolutePath()));
    }

    /** @param absolute perhaps on another drive, to which no relative path leads */
    static Path shorter(Path from, Path absolute) {
        try {
            Path relative = from.relativize(absolute);
            return relative.toString().length() < absolute.toString().length() ? relative : absolute;
        } catch (IllegalArgumentException e) {
            return absolute;
        }
    }

    private void begin() {
        Daemons.start("operator", this::serve);
    }

    private void serve() {
        try {
            serveAll();
        } finally {
            if (server.isOpen()) {
                activity.gone();
            }
        }
    }

    private void serveAll() {
        while (server.isOpen()) {
            try {
                // Each in a thread of its own: one that waits for the job to carry something out keeps nobody else from
                // asking
                SocketChannel channel = server.accept();
                Daemons.start("operator-command", () -> serve(channel));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException | RuntimeException e) {
                unended(e);
            }
        }
    }

    private void serve(SocketChannel accepted) {
        Activity.Piece piece = activity.begins();
        try (SocketChannel channel = accepted) {
            answer(channel);
        } catch (IOException | RuntimeException | Error e) {
            ProcessEnd.ifFatal(e);
            unended(e);
        } finally {
            piece.ends();
        }
    }

    private static void unended(Throwable e) {
        LOG.warn("An operator's command came to no end ({})", e.getClass().getSimpleName());
    }

    private void answer(SocketChannel channel) throws IOException {
        Reader request =
                new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
        String first = line(request);
        if (first.isEmpty()) {
            // Somebody asked no more than whether a job is here
            return;
        }
        String[] arguments = JSON.readValue(first, String[].class);
        String input = List.of(arguments).contains(Sent.OPTION) ? JSON.readValue(line(request), String.class) : null;
        PrintWriter out =
                new PrintWriter(new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8));
        int exitCode = commands.run(List.of(arguments), input, out);
        out.write(0);
        out.print(exitCode);
        out.flush();
    }

    private static String line(Reader in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (line.length() == LONGEST_LINE) {
                throw new IOException("too long");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.debug("The operator's socket could not be removed");
        }
    }
}
