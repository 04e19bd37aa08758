package no.delingsruter.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import no.delingsruter.logging.Logging;
import no.delingsruter.model.LaneState;
import no.delingsruter.model.ListStatus;
import no.delingsruter.observation.Statistics;
import no.delingsruter.observation.Statistics.Counts;
import no.delingsruter.store.Overview;
import no.delingsruter.support.Amounts;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Whether what is held is up to date: for each list how far it is read, what waits, for how long, and how long that will take. */
@Command(
        name = "status",
        description = "For each event list: its state, how far it is read, and what waits for how long.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {" 0:all that runs gets on", " 1:no job runs, or something is in trouble"})
final class StatusCommand extends OperatorCommand {
    private static final String UNKNOWN = "unknown";
    /** What is older is said to be. */
    private static final Duration OLD = Duration.ofSeconds(5);

    @Option(names = "--json", description = "As JSON, for programs")
    private boolean json;

    StatusCommand(OperatorAccess access) {
        super(access);
    }

    @Override
    public Integer call() {
        return run(this::show);
    }

    private int show(OperatorAccess.Operator operator, PrintWriter out) {
        operator.parts().states().refresh();
        Overview.Seen seen = operator.parts().overview().now();
        List<ListStatus> lists = operator.parts().status(seen);
        Map<String, String> troubles = operator.parts().troubles();
        Instant now = Instant.now();
        if (json) {
            out.println(json(operator, lists, troubles, seen.at(), now));
        } else {
            table(lists, troubles, operator.jobRuns(), now, out);
            if (Duration.between(seen.at(), now).compareTo(OLD) > 0) {
                out.println("What waits was counted "
                        + Amounts.time(Duration.between(seen.at(), now).toSeconds()) + " ago.");
            }
        }
        return operator.jobRuns() && troubles.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static void table(
            List<ListStatus> lists, Map<String, String> troubles, boolean jobRuns, Instant now, PrintWriter out) {
        out.printf(
                "%-32s %-9s %12s %10s %9s %9s %9s %9s %8s%n",
                "LIST", "STATE", "READ TO", "LAST PAGE", "BEHIND", "PENDING", "LAG", "LEFT", "PARKED");
        for (ListStatus list : lists) {
            out.printf(
                    "%-32s %-9s %12s %10s %9s %9s %9s %9s %8s%s%n",
                    new Statistics.Id(list.list().service(), list.list().organisation()),
                    list.state(),
                    list.position() == null ? "nothing" : list.position(),
                    list.moved() == null
                            ? "never"
                            : Amounts.time(Duration.between(list.moved(), now).toSeconds()),
                    list.behind() < 0 ? UNKNOWN : Amounts.number(list.behind()),
                    Amounts.number(list.pending()),
                    Amounts.time(list.lag(now)),
                    list.left() < 0 ? UNKNOWN : Amounts.time(list.left()),
                    Amounts.number(list.parked()),
                    list.state() == LaneState.RUNNING || list.reason() == null
                            ? ""
                            : "  (" + Logging.masked(list.reason()) + ")");
        }
        troubles.forEach((what, why) -> out.println(Logging.masked(what + ": " + why)));
        if (!jobRuns) {
            out.println("No job runs now.");
        }
    }

    private static String json(
            OperatorAccess.Operator operator,
            List<ListStatus> lists,
            Map<String, String> troubles,
            Instant counted,
            Instant now) {
        ObjectNode status = Json.object();
        status.put("jobRuns", operator.jobRuns());
        status.put("countedAt", counted.toString());
        ArrayNode array = status.putArray("lists");
        for (ListStatus one : lists) {
            ObjectNode list = array.addObject();
            list.put("service", one.list().service());
            list.put("organisation", one.list().organisation());
            list.put("state", one.state().name());
            list.put("reason", one.reason() == null ? null : Logging.masked(one.reason()));
            list.put("position", one.position());
            list.put("lastPage", one.moved() == null ? null : one.moved().toString());
            list.put("behind", one.behind() < 0 ? null : one.behind());
            list.put("pending", one.pending());
            list.put("lagSeconds", one.lag(now));
            list.put("secondsLeft", one.left() < 0 ? null : one.left());
            list.put("parked", one.parked());
            ArrayNode calls = list.putArray("calls");
            operator.parts()
                    .calls(one.list())
                    .forEach(open -> calls.addObject()
                            .put("api", open.api())
                            .put("open", open.now())
                            .put("slots", open.slots()));
            Counts live = operator.parts().live(one.list());
            if (live != null) {
                ArrayNode hour = list.putArray("lastHour");
                for (long done : live.rate.lastHour()) {
                    hour.add(done);
                }
            }
        }
        ObjectNode trouble = status.putObject("troubles");
        troubles.forEach((what, why) -> trouble.put(Logging.masked(what), Logging.masked(why)));
        return status.toString();
    }
}
