package no.delingsruter.app;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import no.delingsruter.configuration.SecretFile;
import no.delingsruter.configuration.Settings;
import no.delingsruter.store.StoreMove;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Moves the store from its H2 file to PostgreSQL. */
@Command(
        name = "move-store",
        mixinStandardHelpOptions = true,
        description =
                "Copies the store of store.url, with all that is in it, to a PostgreSQL database, counts on both sides, and"
                        + " closes the old one for good. Stop the job first.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {" 0:moved", " 2:not moved, and why"})
final class MoveStoreCommand implements Callable<Integer> {
    private final Supplier<Settings> settings;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--to-url",
            required = true,
            paramLabel = "URL",
            description = "Such as jdbc:postgresql://localhost/delingsruter; an empty database.")
    private String url;

    @Option(names = "--to-user", defaultValue = "", paramLabel = "USER", description = "Its user.")
    private String user;

    @Option(
            names = "--to-password",
            defaultValue = "",
            paramLabel = "PASSWORD",
            description = "file:PATH, so that it stands in no list of processes.")
    private String password;

    MoveStoreCommand(Supplier<Settings> settings) {
        this.settings = settings;
    }

    @Override
    public Integer call() {
        Settings found = settings.get();
        List<StoreMove.Count> counts = StoreMove.move(
                found.get("store.url"),
                found.find("store.user").orElse(""),
                found.find("store.password").orElse(""),
                url,
                user,
                SecretFile.secret("--to-password", password));
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%-16s %12s %12s%n", "TABLE", "OLD STORE", "NEW STORE");
        counts.forEach(
                count -> out.printf(Locale.ROOT, "%-16s %12d %12d%n", count.table(), count.source(), count.target()));
        out.println("Moved. The old store starts no more. Set store.url to " + url.replaceFirst("\\?.*", "")
                + ", store.user and store.password"
                + (found.find("database.url").isPresent() ? ", look at database.url," : "") + " and start the job.");
        out.flush();
        return CommandLine.ExitCode.OK;
    }
}
