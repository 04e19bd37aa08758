package no.delingsruter.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import no.delingsruter.store.LeaseRows;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Which instance works on what. */
@Command(name = "instances", description = "Which instances are at work, and which of them works on what since when.")
final class InstancesCommand extends OperatorCommand {
    private static final String NOBODY = "nobody";

    @Option(names = "--json", description = "As JSON, for programs")
    private boolean json;

    InstancesCommand(OperatorAccess access) {
        super(access);
    }

    @Override
    public Integer call() {
        return run(json ? InstancesCommand::json : InstancesCommand::list);
    }

    private static int list(OperatorAccess.Operator operator, PrintWriter out) {
        LeaseRows rows = operator.parts().leases();
        Optional<List<LeaseRows.Living>> living = rows.living();
        if (living.isEmpty()) {
            out.println("One process alone works on an H2 store"
                    + (operator.jobRuns() ? ": the one that answers this." : ", and none does now."));
        } else {
            living.get().forEach(one -> instance(one, out));
            if (living.get().isEmpty()) {
                out.println("No instance is at work.");
            }
            out.printf(
                    "%-28s %-12s %-44s %8s  %-10s %-20s %s%n",
                    "UNIT", "ORGANISATION", "OWNER", "EPOCH", "STATE", "SINCE", "LEASE LEFT");
            rows.all().forEach(one -> unit(one, out));
        }
        return CommandLine.ExitCode.OK;
    }

    private static int json(OperatorAccess.Operator operator, PrintWriter out) {
        ObjectNode said = Json.object();
        Optional<List<LeaseRows.Living>> living = operator.parts().leases().living();
        said.put("alone", living.isEmpty());
        ArrayNode instances = said.putArray("instances");
        for (LeaseRows.Living one : living.orElse(List.of())) {
            instances
                    .addObject()
                    .put("name", one.name())
                    .put("version", one.version())
                    .put("since", Json.at(one.since()))
                    .put("waits", one.waits());
        }
        ArrayNode units = said.putArray("units");
        if (living.isPresent()) {
            for (LeaseRows.Row one : operator.parts().leases().all()) {
                units.addObject()
                        .put("unit", one.unit())
                        .put("organisation", one.organisation())
                        .put("owner", one.owner())
                        .put("epoch", one.epoch())
                        .put("state", isLost(one) ? "LOST" : one.state())
                        .put("since", one.epoch() == 0 ? null : Json.at(one.since()))
                        .put("secondsLeft", isPositive(one.left()) ? one.left().toMillis() / 1000.0 : 0);
            }
        }
        out.println(said);
        return CommandLine.ExitCode.OK;
    }

    private static boolean isLost(LeaseRows.Row one) {
        return one.owner() != null && !isPositive(one.left());
    }

    private static void instance(LeaseRows.Living one, PrintWriter out) {
        out.printf(
                "Instance %s, version %s, at work since %s%s%n",
                one.name(),
                one.version(),
                one.since().truncatedTo(ChronoUnit.SECONDS),
                one.waits() ? "; takes nothing while an older one with other routes is at work" : "");
    }

    private static void unit(LeaseRows.Row one, PrintWriter out) {
        boolean lost = isLost(one);
        out.printf(
                "%-28s %-12s %-44s %8d  %-10s %-20s %s%n",
                one.unit(),
                one.organisation(),
                one.owner() == null ? NOBODY : one.owner(),
                one.epoch(),
                lost ? "LOST" : one.state(),
                one.epoch() == 0 ? "-" : one.since().truncatedTo(ChronoUnit.SECONDS),
                (isPositive(one.left()) ? seconds(one.left()) : "-")
                        + (lost && isPositive(one.quiet()) ? "; no call before " + seconds(one.quiet()) : ""));
    }

    private static boolean isPositive(Duration time) {
        return !time.isNegative() && !time.isZero();
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }
}
