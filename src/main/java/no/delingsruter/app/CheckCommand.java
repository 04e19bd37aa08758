package no.delingsruter.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.preflight.Finding;
import no.delingsruter.preflight.Finding.Level;
import no.delingsruter.preflight.Preflight;
import no.delingsruter.store.BooksCheck;
import no.delingsruter.store.DatabaseInspection;
import no.delingsruter.store.H2File;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Says what cannot work before anything is started, and whether the books balance. */
@Command(
        name = CheckCommand.NAME,
        description = {
            "Checks all that a start needs: configuration, routes, key, clock, tokens, lists, store, receivers, disks.",
            "It asks for a token for each scope, calls each list one to three times (not while a job runs), and connects to databases, "
                    + "broker and HTTP receivers. It changes, stores and delivers nothing."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            " 0:all is well",
            " 1:warnings, or books that do not balance",
            " 2:what cannot be used, a line for each mistake"
        })
final class CheckCommand extends OperatorCommand {
    static final String NAME = "check";

    @Option(names = "--routes", description = "Check only the routes and what they are configured with; call nobody.")
    private boolean routes;

    @Option(
            names = "--books",
            description =
                    "Check only that every event that was read is left out, pending, parked or done; works while the job runs.")
    private boolean books;

    @Option(
            names = "--lists",
            description =
                    "Check only the event lists: whether each still answers with the last number that was read, and goes on after it.")
    private boolean lists;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description =
                    "Make one lookup too, which shows that the rettighetspakke is right: the file has one line, identifikator;gjelderPeriode.")
    private @Nullable Path key;

    @Option(names = "--service", description = "The service of that lookup, where several run.")
    private @Nullable String service;

    CheckCommand(OperatorAccess access) {
        super(access);
    }

    @Override
    public Integer call() {
        if (books && !routes) {
            return books();
        }
        PrintWriter out = out();
        Settings settings;
        try {
            settings = Delingsruter.settings();
            Application.check(settings, Delingsruter.routes());
        } catch (ConfigurationException e) {
            e.getMessage()
                    .lines()
                    .forEach(line -> System.err.println(routes ? line : Finding.wrong("configuration", line)));
            return Delingsruter.BAD_CONFIGURATION;
        }
        if (routes) {
            out.println("Routes and configuration can be used.");
            out.flush();
            return books ? books() : CommandLine.ExitCode.OK;
        }
        return all(settings, out);
    }

    private int all(Settings settings, PrintWriter out) {
        Map<Level, Integer> counts = new EnumMap<>(Level.class);
        boolean jobRuns = jobRuns(settings);
        Preflight preflight = new Preflight(settings, Delingsruter.routes(), jobRuns);
        if (lists) {
            preflight.lists(finding -> say(finding, counts, out));
        } else {
            preflight.run(finding -> say(finding, counts, out));
        }
        if (key != null) {
            say(lookup(settings, key, jobRuns), counts, out);
        }
        int wrong = counts.getOrDefault(Level.WRONG, 0);
        int warnings = counts.getOrDefault(Level.WARNING, 0);
        out.printf("%d ok, %d to look at, %d wrong.%n", counts.getOrDefault(Level.OK, 0), warnings, wrong);
        out.flush();
        return wrong > 0
                ? Delingsruter.BAD_CONFIGURATION
                : warnings > 0 ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    private static void say(Finding finding, Map<Level, Integer> counts, PrintWriter out) {
        counts.merge(finding.level(), 1, Integer::sum);
        out.println(finding);
        out.flush();
    }

    private static boolean jobRuns(Settings settings) {
        String url = settings.get("store.url");
        return H2File.of(url)
                .map(file -> JobSocket.answers(file.operator()))
                .orElseGet(() -> DatabaseInspection.isWorkedOn(
                        url,
                        settings.find("store.user").orElse(""),
                        settings.findNow("store.password").orElse("")));
    }

    private Finding lookup(Settings settings, Path file, boolean jobRuns) {
        String what = "lookup";
        if (jobRuns) {
            return Finding.wrong(
                    what,
                    "not made while a job runs, for it makes as many calls as are allowed: stop it first, or look at what it delivers");
        }
        List<String> running = settings.list("services");
        String name = service == null && running.size() == 1 ? running.get(0) : service;
        if (name == null || !running.contains(name)) {
            throw new ParameterException(
                    spec.commandLine(), "--service: name one of " + String.join(", ", running) + ".");
        }
        String[] line;
        try {
            line = Files.readString(file).strip().split("[;,\\s]+", 3);
        } catch (IOException e) {
            throw new ConfigurationException("--key: " + file + " cannot be read.");
        }
        TrialReport report = RouteTrial.named(settings, Delingsruter.routes(), name)
                .key(line[0], line.length > 1 ? line[1] : "")
                .callingSkatteetaten()
                .run();
        return report.works()
                ? Finding.ok(what, name + ": " + report.outcomes())
                : Finding.wrong(what, name + ": " + report.failure());
    }

    private int books() {
        return run(List.of(NAME, "--books"), (operator, out) -> {
            List<String> lines = new ArrayList<>();
            int wrong = BooksCheck.report(operator.parked().books().read(), lines);
            lines.forEach(out::println);
            out.println(wrong == 0 ? "The books balance." : "Books that do not balance: " + wrong + ".");
            return wrong == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        });
    }
}
