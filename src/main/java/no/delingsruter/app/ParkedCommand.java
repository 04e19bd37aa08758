package no.delingsruter.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Scope;
import no.delingsruter.store.Parked;
import no.delingsruter.store.Parked.Selection;
import no.delingsruter.support.KeyedHash;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The operator's commands for parked events; they work while the job runs. */
@Command(
        name = "parked",
        synopsisSubcommandLabel = "(list | show | replay | discard)",
        description =
                "Events that were set aside, each with its reason: look at them, try them again, or discard them.")
public final class ParkedCommand extends OperatorCommand {
    private static final String NOTHING_FITS = "nothing that is parked fits what was asked for";

    public ParkedCommand(OperatorAccess access) {
        super(access);
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Say what to do: list, show, replay or discard.");
    }

    /** Which events. */
    static final class Which {
        @Option(names = "--id", split = ",", paramLabel = "ID", description = "By the number that list gives them")
        private List<Long> ids = new ArrayList<>();

        @Option(names = "--service", description = "Of this service")
        private String service;

        @Option(names = "--organisation", description = "Of this organisation acted for")
        private String organisation;

        @Option(names = "--kode", description = "That were answered with this kode, such as IM-004")
        private String kode;

        @Option(names = "--from", paramLabel = "SEKVENSNUMMER", description = "From this sekvensnummer on")
        private Long from;

        @Option(names = "--to", paramLabel = "SEKVENSNUMMER", description = "Up to and including this sekvensnummer")
        private Long to;

        @Option(names = "--key", paramLabel = "HASH", description = "Of the key that list shows as this hash")
        private String key;

        @Option(names = "--discarded", description = "Those that were discarded, too")
        private boolean discarded;

        @Option(names = "--all", description = "All")
        private boolean all;

        private Selection selection() {
            return new Selection(ids, service, organisation, kode, from, to, discarded);
        }

        /** For the record. */
        private Map<String, String> said() {
            Map<String, String> said = new LinkedHashMap<>();
            said.put("ids", ids.isEmpty() ? null : ids.toString());
            said.put("kode", kode);
            said.put("from", from == null ? null : from.toString());
            said.put("to", to == null ? null : to.toString());
            said.put("key", key);
            said.put("discarded", discarded ? "true" : null);
            said.values().removeIf(Objects::isNull);
            return said;
        }

        /** Null when nothing fits. */
        private Selection resolved(Parked parked, KeyedHash hash) {
            Selection selection = selection();
            if (key == null) {
                return selection;
            }
            List<Long> found = new ArrayList<>();
            parked.each(selection, Integer.MAX_VALUE, row -> {
                if (hash.of(row.event().key().identifikator()).equals(key)) {
                    found.add(row.id());
                }
            });
            return found.isEmpty() ? null : new Selection(found, null, null, null, null, null, discarded);
        }

        private void mustBeSaid(CommandSpec spec) {
            if (!all && key == null && !selection().limited()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "Say which: --id, --service, --organisation, --kode, --from, --to, --key or --all.");
            }
        }
    }

    private interface Chosen {
        int run(OperatorAccess.Operator operator, @Nullable Selection selection, PrintWriter out);
    }

    private int run(Which which, List<String> arguments, Chosen work) {
        return run(
                arguments,
                (operator, out) -> work.run(operator, which.resolved(operator.parked(), operator.hash()), out));
    }

    /** What came or went since somebody counted is not acted on unseen. */
    private static boolean fits(
            @Nullable Long expected, Parked parked, @Nullable Selection selection, PrintWriter out) {
        long count = expected == null || selection == null ? 0 : parked.count(selection);
        if (expected == null || count == expected) {
            return true;
        }
        out.printf(Locale.ROOT, "Not done: %,d fit now, not %,d; look at them again.%n", count, expected);
        return false;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "One line for each. KEY is a keyed hash: equal for equal persons.")
    int list(
            @Mixin Which which,
            @Option(names = "--json", description = "As JSON, for programs") boolean json,
            @Option(
                            names = "--limit",
                            defaultValue = "1000",
                            description = "At most so many (default: ${DEFAULT-VALUE})")
                    int limit) {
        return run(which, Arguments.of(spec), (operator, selection, out) -> {
            Parked parked = operator.parked();
            KeyedHash hash = operator.hash();
            long count = selection == null ? 0 : parked.count(selection);
            if (json) {
                ObjectNode said = Json.object().put("count", count);
                ArrayNode events = said.putArray("events");
                if (count > 0) {
                    parked.each(selection, limit, row -> events.add(ParkedLines.json(row, hash, false)));
                }
                out.println(said);
                return CommandLine.ExitCode.OK;
            }
            if (count > 0) {
                out.printf(
                        "%-8s %-24s %-10s %-12s %-8s %14s %-6s %-8s %5s %-20s %s%n",
                        "ID",
                        "SERVICE",
                        "FOR",
                        "KEY",
                        "PERIOD",
                        "SEKVENSNUMMER",
                        "STATUS",
                        "KODE",
                        "TRIES",
                        "PARKED",
                        "REASON");
                parked.each(selection, limit, row -> ParkedLines.line(row, hash, out));
            }
            out.printf(
                    Locale.ROOT,
                    "%,d parked%s%n",
                    count,
                    count > limit ? ", of which " + limit + " are shown; --limit shows more" : "");
            return CommandLine.ExitCode.OK;
        });
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "All that is kept of each; who it is about only with --reveal.")
    int show(
            @Mixin Which which,
            @Option(names = "--reveal", description = "Identifikator and event, too: personal data on your terminal")
                    boolean reveal,
            @Option(names = "--json", description = "As JSON, for programs") boolean json,
            @Mixin Asker asker) {
        which.mustBeSaid(sub("show"));
        return run(which, asker.with(Arguments.of(spec)), (operator, selection, out) -> {
            Parked parked = operator.parked();
            KeyedHash hash = operator.hash();
            if (reveal) {
                record(operator, "reveal", which, asker, null, "Shown: who parked events are about");
            }
            ArrayNode events = Json.array();
            if (selection != null) {
                parked.each(selection, Integer.MAX_VALUE, row -> {
                    if (json) {
                        events.add(ParkedLines.json(row, hash, reveal));
                    } else {
                        ParkedLines.details(row, hash, reveal, out);
                    }
                });
            }
            if (json) {
                out.println(Json.object().set("events", events));
            }
            return CommandLine.ExitCode.OK;
        });
    }

    @Command(
            name = "replay",
            mixinStandardHelpOptions = true,
            description =
                    "Makes their lookups pending again; the running job makes them like any"
                            + " other. An event that never came as far as a lookup passes the route's steps again. With --discarded also those.")
    int replay(
            @Mixin Which which,
            @Option(names = "--expect", paramLabel = "COUNT", description = "Only if so many fit, as list counts them")
                    Long expect,
            @Mixin Asker asker) {
        which.mustBeSaid(sub("replay"));
        return run(which, asker.with(Arguments.of(spec)), (operator, selection, out) -> {
            Parked parked = operator.parked();
            if (!fits(expect, parked, selection, out)) {
                return CommandLine.ExitCode.SOFTWARE;
            }
            Parked.Replay replay = selection == null ? new Parked.Replay(0, 0, List.of()) : parked.replay(selection);
            record(
                    operator,
                    "replay",
                    which,
                    asker,
                    null,
                    replay.pending() + " pending again, " + replay.reread() + " to be read again");
            out.printf(Locale.ROOT, "%,d pending again%n", replay.pending());
            if (replay.pending() + replay.reread() + replay.left().size() == 0) {
                out.println(NOTHING_FITS);
            }
            if (replay.reread() > 0) {
                out.printf(
                        Locale.ROOT,
                        "%,d never came as far as a lookup: the running job takes them through the steps of the list's route again"
                                + " when it reads the list next; until then they stay parked%n",
                        replay.reread());
            }
            replay.left()
                    .forEach(id -> out.printf(
                            "%d stays parked: no event is kept of it; discard it, or wait for a new event of its key%n",
                            id));
            return replay.left().isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        });
    }

    @Command(
            name = "discard",
            mixinStandardHelpOptions = true,
            description = "Keeps them on record, with when and why, and out of the way.")
    int discard(
            @Mixin Which which,
            @Option(names = "--because", required = true, description = "Why, for the record") String because,
            @Option(names = "--expect", paramLabel = "COUNT", description = "Only if so many fit, as list counts them")
                    Long expect,
            @Mixin Asker asker) {
        which.mustBeSaid(sub("discard"));
        WishOptions.reason(sub("discard"), because);
        return run(which, asker.with(Arguments.of(spec)), (operator, selection, out) -> {
            Parked parked = operator.parked();
            if (!fits(expect, parked, selection, out)) {
                return CommandLine.ExitCode.SOFTWARE;
            }
            int discarded = selection == null ? 0 : parked.discard(selection, because);
            record(operator, "discard", which, asker, because, discarded + " discarded");
            out.printf(Locale.ROOT, "%,d discarded%n", discarded);
            if (discarded == 0) {
                out.println(NOTHING_FITS);
            }
            return CommandLine.ExitCode.OK;
        });
    }

    private static void record(
            OperatorAccess.Operator operator,
            String kind,
            Which which,
            Asker asker,
            @Nullable String because,
            String result) {
        operator.parts()
                .operations()
                .record(
                        Operation.of(
                                kind,
                                new Scope(which.service, which.organisation, ""),
                                which.said(),
                                asker.name(),
                                because),
                        result);
    }
}
