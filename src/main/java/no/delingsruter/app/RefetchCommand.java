package no.delingsruter.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.PendingLookup;
import no.delingsruter.model.Scope;
import no.delingsruter.store.OperationTable.RefusedException;
import no.delingsruter.watch.KeyRows;
import no.delingsruter.watch.WatchList;
import no.delingsruter.work.Refetch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks up again what is held, or what a file names. */
@Command(
        name = "refetch",
        description = "Looks up again what is held, behind all that events ask for. A lookup finds what is true now.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {" 0:asked for", " 1:not done, and why", " 2:the command cannot be used"})
final class RefetchCommand extends OperatorCommand {
    private static final String KEYS = "--keys";

    private final @Nullable String input;

    @Mixin
    private WishOptions options;

    @ArgGroup(multiplicity = "1")
    private What what;

    @Option(names = "--plan", description = "Only say how many lookups it would take, and how long")
    private boolean plan;

    private static final class What {
        @Option(names = "--held", description = "All that is held, as after a new rettighetspakke")
        private boolean held;

        @Option(names = "--outcome", description = "Whose last result was found, none, deleted or shielded")
        private String outcome;

        @Option(names = "--kode", description = "What is parked with this kode")
        private String kode;

        @Option(
                names = KEYS,
                paramLabel = "FILE",
                description =
                        "As a watch file: one line for each, identifikator and perhaps gjelderPeriode, or columns that a header names")
        private Path keys;

        @Option(names = Sent.OPTION, hidden = true)
        private boolean sent;
    }

    /** @param input lines of keys that came with the arguments; null for none */
    RefetchCommand(OperatorAccess access, @Nullable String input) {
        super(access);
        this.input = input;
    }

    @Override
    public Integer call() {
        options.check(spec, !plan);
        List<String> arguments = new ArrayList<>(Arguments.of(spec));
        if (what.keys != null) {
            // The job may run in another folder
            String whole = what.keys.toAbsolutePath().toString();
            int name = arguments.indexOf(KEYS);
            if (name < 0) {
                arguments.replaceAll(argument -> argument.startsWith(KEYS + "=") ? KEYS + "=" + whole : argument);
            } else {
                arguments.set(name + 1, whole);
            }
        }
        return run(options.with(arguments), this::ask);
    }

    private int ask(OperatorAccess.Operator operator, PrintWriter out) {
        Map<String, String> arguments = new LinkedHashMap<>();
        put(arguments, Refetch.HELD, what.held ? "true" : null);
        put(arguments, Refetch.OUTCOME, what.outcome);
        put(arguments, Refetch.KODE, what.kode);
        put(arguments, Refetch.PLAN, plan ? "true" : null);
        if (what.keys == null && !what.sent) {
            return Asking.begin(operator, options.wish("refetch", arguments), out);
        }
        List<WatchList.Key> named = read();
        arguments.put(Refetch.KEYS, Integer.toString(named.size()));
        int[] left = {0};
        int exitCode = Asking.begin(
                operator,
                options.wish("refetch", arguments),
                id -> {
                    long planned = 0;
                    for (WatchList.Key one : named) {
                        int found = plan(operator, id, one);
                        left[0] += found == 0 ? 1 : 0;
                        planned += found;
                    }
                    return planned;
                },
                out);
        if (left[0] > 0) {
            out.printf(
                    "Of the keys, %d name nothing that is held and no gjelderPeriode, or stand there twice: nothing is looked up for them.%n",
                    left[0]);
        }
        return exitCode;
    }

    private int plan(OperatorAccess.Operator operator, long id, WatchList.Key key) {
        String period = key.gjelderPeriode();
        int held = operator.parts().keys().plans().heldOf(id, options.scope(), key.identifikator(), period);
        if (held > 0 || period.isEmpty()) {
            return held;
        }
        List<PendingLookup> unknown = new ArrayList<>();
        for (Scope lane : operator.parts().lanes().in(options.scope())) {
            LookupKey wanted = new LookupKey(
                    lane.service(),
                    lane.organisation(),
                    lane.lookup(),
                    key.identifikator(),
                    period,
                    key.qualifier(),
                    0);
            long position = operator.parts()
                    .positions()
                    .of(lane.service(), lane.organisation())
                    .orElse(0);
            unknown.add(PendingLookup.first(wanted, position));
        }
        return operator.parts().keys().plans().add(id, unknown);
    }

    private static void put(Map<String, String> arguments, String name, String value) {
        if (value != null) {
            arguments.put(name, value);
        }
    }

    private BufferedReader reader() throws IOException {
        return what.sent
                ? new BufferedReader(new StringReader(String.valueOf(input)))
                : Files.newBufferedReader(what.keys);
    }

    /** @throws RefusedException that names the line, and nothing of it */
    private List<WatchList.Key> read() {
        List<WatchList.Key> keys = new ArrayList<>();
        try (BufferedReader reader = reader()) {
            KeyRows.read(reader, values -> keys.add(KeyRows.key(values)));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(KEYS + ": " + e.getMessage() + ".");
        } catch (CharacterCodingException e) {
            throw new RefusedException(KEYS + ": the file is not UTF-8.");
        } catch (IOException e) {
            throw new RefusedException(KEYS + ": the file cannot be read ("
                    + e.getClass().getSimpleName() + "); with a store in a file, it is the job that reads it.");
        }
        if (keys.isEmpty()) {
            throw new RefusedException(KEYS + ": the file names nobody.");
        }
        return keys;
    }
}
