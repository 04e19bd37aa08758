package no.delingsruter.app;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import no.delingsruter.configuration.Settings;
import no.delingsruter.store.SchemaScript;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints what a start would run in a database, for one whose user may not make tables. */
@Command(
        name = "schema",
        mixinStandardHelpOptions = true,
        description =
                "Prints the script that makes the tables of store.url, for an administrator to run where the job's user may not."
                        + " Nothing is opened or changed.")
final class SchemaCommand implements Callable<Integer> {
    private final Supplier<Settings> settings;

    @Spec
    private CommandSpec spec;

    @Option(names = "--database", description = "The tables of direct:database in database.url instead.")
    private boolean database;

    @Option(
            names = "--schema",
            defaultValue = "",
            paramLabel = "NAME",
            description =
                    "Makes this schema and uses it; name it in the address, too: ?currentSchema=NAME. Else the one of whoever runs it.")
    private String schema;

    @Option(
            names = "--role",
            defaultValue = "",
            paramLabel = "NAME",
            description = "Gives this role the rights that the job needs.")
    private String role;

    @Option(
            names = "--above",
            defaultValue = "0",
            paramLabel = "VERSION",
            description = "Only what came after this version of the schema, for an update.")
    private int above;

    SchemaCommand(Supplier<Settings> settings) {
        this.settings = settings;
    }

    @Override
    public Integer call() {
        Settings found = settings.get();
        String store = found.get("store.url");
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                database
                        ? SchemaScript.ofReceiver(found.find("database.url").orElse(store), schema, role, above)
                        : SchemaScript.ofStore(store, schema, role, above));
        out.flush();
        return CommandLine.ExitCode.OK;
    }
}
