package no.delingsruter.app;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import no.delingsruter.catalogue.ConfigurationValidator;
import no.delingsruter.logging.Logging;
import no.delingsruter.model.Directive;
import no.delingsruter.model.LaneState;
import no.delingsruter.model.Scope;
import no.delingsruter.store.PersonRows;
import org.jspecify.annotations.Nullable;

/** What is known of one person, in sentences, without naming who it is. */
final class Explanation {
    private final OperatorAccess.Operator operator;
    private final PersonRows rows;
    private final PrintWriter out;

    Explanation(OperatorAccess.Operator operator, PrintWriter out) {
        this.operator = operator;
        this.rows = operator.parts().person();
        this.out = out;
    }

    void of(String identifikator, @Nullable String service, @Nullable String organisation) {
        operator.parts().states().refresh();
        for (Scope lane : operator.parts().lanes().in(new Scope(service, organisation, ""))) {
            out.println();
            out.println(lane);
            List<String> next = new ArrayList<>();
            boolean watched = watched(identifikator, lane);
            int known = keys(identifikator, lane, next);
            for (PersonRows.Aside parked : rows.parked(identifikator, lane)) {
                known++;
                say(
                        parked.period(),
                        (parked.discarded() ? "discarded" : "parked") + " since " + at(parked.at()) + " after "
                                + parked.attempts() + " tries, event " + parked.sekvensnummer() + ": "
                                + Logging.masked(parked.reason()));
                if (!parked.discarded()) {
                    next.add("`parked replay --id " + parked.id() + "` asks again; a new event does, too");
                }
            }
            for (PersonRows.Planned planned : rows.planned(identifikator, lane)) {
                say(planned.period(), "operation " + planned.operation() + " is to look it up: " + planned.state());
            }
            results(identifikator, lane);
            next(lane, watched, known, next);
        }
    }

    private boolean watched(String identifikator, Scope lane) {
        List<String> periods = rows.watched(identifikator, lane);
        boolean listed = !periods.isEmpty();
        if (!ConfigurationValidator.watched(operator.settings(), lane.service(), lane.organisation())) {
            say("", "followed: the service follows everybody");
            return true;
        }
        say("", listed ? "watched" + (periods.contains("") ? "" : ", some periods alone") : "NOT watched");
        return listed;
    }

    private int keys(String identifikator, Scope lane, List<String> next) {
        List<PersonRows.Key> keys = rows.keys(identifikator, lane);
        Instant now = Instant.now();
        for (PersonRows.Key key : keys) {
            if (key.version() != null) {
                say(
                        key.period(),
                        "last result: " + key.outcome() + ", version " + key.version() + ", event " + key.latest());
            }
            if (key.due() == null) {
                continue;
            }
            boolean due = !key.due().isAfter(now);
            say(
                    key.period(),
                    "PENDING: " + (key.later() ? "an operation has" : key.events() + " events have")
                            + " asked, the latest is " + key.latest() + "; " + key.attempts() + " failed tries"
                            + (key.lastFailure() == null ? "" : ", the last: " + Logging.masked(key.lastFailure())));
            next.add(
                    due
                            ? "the lookup is due" + (key.later() ? " when nothing else is" : "")
                            : "the lookup is tried again at " + at(key.due()));
        }
        return keys.size();
    }

    private void results(String identifikator, Scope lane) {
        if (operator.settings().find("database.url").isPresent()) {
            say("", "results are in database.url, where this does not look");
            return;
        }
        for (PersonRows.Held held : rows.results(identifikator, lane)) {
            say(
                    held.period(),
                    "delivered to the store: " + held.outcome() + ", version " + held.version() + ", fetched at "
                            + at(held.fetchedAt()) + (held.incomplete() ? ", incomplete: more is expected" : ""));
        }
    }

    private void next(Scope lane, boolean watched, int known, List<String> next) {
        String position = operator.parts().positions().of(lane.service(), lane.organisation()).stream()
                .mapToObj(Long::toString)
                .findFirst()
                .orElse("none");
        if (known == 0) {
            say(
                    "",
                    "no event is on record: none has come up to position " + position
                            + ", or a filter of the route has left it out");
        }
        Directive directive = operator.parts()
                .states()
                .directive(lane.service(), lane.organisation(), lane.lookup())
                .filter(found -> found.state() != LaneState.RUNNING)
                .orElse(null);
        if (directive != null) {
            next.add(0, "nothing while it is " + directive.state() + " (" + Logging.masked(directive.cause()) + ")");
        } else if (!operator.jobRuns()) {
            next.add(0, "nothing while no job runs");
        }
        if (!watched) {
            next.add("its events are left out until it is put on the watch list");
        } else if (next.isEmpty()) {
            next.add("nothing until an event comes after position " + position);
        }
        next.forEach(one -> out.println("  next:     " + one));
    }

    private void say(String period, String what) {
        String shown = period.matches("\\d{4}(-\\d{2})?") ? period : "";
        out.printf("  %-9s %s%n", shown.isEmpty() ? "" : shown + ":", what);
    }

    private static Instant at(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS);
    }
}
