package no.delingsruter.app;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.store.BooksCheck;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says what cannot work before anything is started, and whether the books balance. */
@Command(
        name = CheckCommand.NAME,
        mixinStandardHelpOptions = true,
        description = "Checks configuration and routes, or the books; calls nothing.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            " 0:all is well",
            " 1:books that do not balance",
            " 2:what cannot be used, a line for each mistake"
        })
final class CheckCommand implements Callable<Integer> {
    static final String NAME = "check";

    private final OperatorAccess access;

    @Spec
    private CommandSpec spec;

    @Option(names = "--routes", description = "Check the routes and what they are configured with.")
    private boolean routes;

    @Option(
            names = "--books",
            description =
                    "Check that every event that was read is left out, pending, parked or done; works while the job runs.")
    private boolean books;

    CheckCommand(OperatorAccess access) {
        this.access = access;
    }

    @Override
    public Integer call() {
        if (!routes && !books) {
            throw new ParameterException(spec.commandLine(), "Say what to check: --routes or --books.");
        }
        int exitCode = routes ? routes() : CommandLine.ExitCode.OK;
        return books && exitCode == CommandLine.ExitCode.OK ? books() : exitCode;
    }

    private int routes() {
        try {
            Application.check(Delingsruter.settings(), Delingsruter.routes());
        } catch (ConfigurationException e) {
            System.err.println(e.getMessage());
            return Delingsruter.BAD_CONFIGURATION;
        }
        System.out.println("Routes and configuration can be used.");
        return CommandLine.ExitCode.OK;
    }

    private int books() {
        return access.run(
                List.of(NAME, "--books"),
                (operator, out) -> {
                    List<String> lines = new ArrayList<>();
                    int wrong = BooksCheck.report(operator.parked().books().read(), lines);
                    lines.forEach(out::println);
                    out.println(wrong == 0 ? "The books balance." : "Books that do not balance: " + wrong + ".");
                    out.flush();
                    return wrong == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
                },
                spec.commandLine().getOut());
    }
}
