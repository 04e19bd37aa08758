package no.delingsruter.app;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import no.delingsruter.installation.OperatorParts;
import no.delingsruter.logging.Logging;
import no.delingsruter.model.Directive;
import no.delingsruter.model.LaneState;
import no.delingsruter.model.Scope;
import no.delingsruter.observation.Statistics;
import no.delingsruter.observation.Statistics.Counts;
import no.delingsruter.store.Overview;
import no.delingsruter.support.Amounts;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whether what is held is up to date: for each list how far it is read, what waits, for how long, and how long that will take. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "For each event list: its state, how far it is read, and what waits for how long.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {" 0:all that runs gets on", " 1:no job runs, or something is in trouble"})
final class StatusCommand implements Callable<Integer> {
    private static final String UNKNOWN = "unknown";

    private final OperatorAccess access;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "As JSON, for programs")
    private boolean json;

    StatusCommand(OperatorAccess access) {
        this.access = access;
    }

    @Override
    public Integer call() {
        return access.run(Arguments.of(spec), this::show, spec.commandLine().getOut());
    }

    /** @param live null where the job that reads the list is another process */
    private record Line(
            Scope list,
            LaneState state,
            @Nullable String reason,
            Overview.Row row,
            @Nullable Counts live,
            List<OperatorParts.Open> calls) {
        /** In seconds; 0 when nothing waits. */
        long lag(Instant now) {
            return row.due == null
                    ? 0
                    : Math.max(0, Duration.between(row.due, now).toSeconds());
        }

        /** In seconds; -1 when it is not known. */
        long left() {
            if (row.pending == 0) {
                return 0;
            }
            double rate = live == null ? Double.NaN : live.rate.perSecond();
            return Double.isNaN(rate) || !state.looksUp() ? -1 : Math.round(row.pending / rate);
        }

        /** Numbers in front, at least; -1 when it is not known. */
        long behind() {
            return live == null ? -1 : live.behind();
        }
    }

    private int show(OperatorAccess.Operator operator, PrintWriter out) {
        operator.parts().states().refresh();
        Map<Scope, Overview.Row> rows = operator.parts().overview().rows();
        List<Line> lines = new ArrayList<>();
        for (Scope list : operator.parts().lanes().lists(Scope.ALL)) {
            lines.add(new Line(
                    list,
                    operator.parts().states().of(list.service(), list.organisation(), ""),
                    operator.parts()
                            .states()
                            .directive(list.service(), list.organisation(), "")
                            .map(Directive::cause)
                            .orElse(null),
                    rows.getOrDefault(list, new Overview.Row()),
                    operator.parts().live(list),
                    operator.parts().calls(list)));
        }
        Map<String, String> troubles = operator.parts().troubles();
        Instant now = Instant.now();
        if (json) {
            out.println(json(lines, troubles, operator.jobRuns(), now));
        } else {
            table(lines, troubles, operator.jobRuns(), now, out);
        }
        out.flush();
        return operator.jobRuns() && troubles.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static void table(
            List<Line> lines, Map<String, String> troubles, boolean jobRuns, Instant now, PrintWriter out) {
        out.printf(
                "%-32s %-9s %12s %10s %9s %9s %9s %9s %8s%n",
                "LIST", "STATE", "READ TO", "LAST PAGE", "BEHIND", "PENDING", "LAG", "LEFT", "PARKED");
        for (Line line : lines) {
            Overview.Row row = line.row();
            out.printf(
                    "%-32s %-9s %12s %10s %9s %9s %9s %9s %8s%s%n",
                    new Statistics.Id(line.list().service(), line.list().organisation()),
                    line.state(),
                    row.position == null ? "nothing" : row.position,
                    row.moved == null
                            ? "never"
                            : Amounts.time(Duration.between(row.moved, now).toSeconds()),
                    line.behind() < 0 ? UNKNOWN : Amounts.number(line.behind()),
                    Amounts.number(row.pending),
                    Amounts.time(line.lag(now)),
                    line.left() < 0 ? UNKNOWN : Amounts.time(line.left()),
                    Amounts.number(row.parked),
                    line.state() == LaneState.RUNNING || line.reason() == null
                            ? ""
                            : "  (" + Logging.masked(line.reason()) + ")");
        }
        troubles.forEach((what, why) -> out.println(Logging.masked(what + ": " + why)));
        if (!jobRuns) {
            out.println("No job runs now.");
        }
    }

    private static String json(List<Line> lines, Map<String, String> troubles, boolean jobRuns, Instant now) {
        ObjectNode status = Json.object();
        status.put("jobRuns", jobRuns);
        ArrayNode lists = status.putArray("lists");
        for (Line line : lines) {
            Overview.Row row = line.row();
            ObjectNode list = lists.addObject();
            list.put("service", line.list().service());
            list.put("organisation", line.list().organisation());
            list.put("state", line.state().name());
            list.put("reason", line.reason() == null ? null : Logging.masked(line.reason()));
            list.put("position", row.position);
            list.put("lastPage", row.moved == null ? null : row.moved.toString());
            list.put("behind", line.behind() < 0 ? null : line.behind());
            list.put("pending", row.pending);
            list.put("lagSeconds", line.lag(now));
            list.put("secondsLeft", line.left() < 0 ? null : line.left());
            list.put("parked", row.parked);
            ArrayNode calls = list.putArray("calls");
            line.calls()
                    .forEach(open -> calls.addObject()
                            .put("api", open.api())
                            .put("open", open.now())
                            .put("slots", open.slots()));
            if (line.live() != null) {
                ArrayNode hour = list.putArray("lastHour");
                for (long done : line.live().rate.lastHour()) {
                    hour.add(done);
                }
            }
        }
        ObjectNode trouble = status.putObject("troubles");
        troubles.forEach((what, why) -> trouble.put(Logging.masked(what), Logging.masked(why)));
        return status.toString();
    }
}
