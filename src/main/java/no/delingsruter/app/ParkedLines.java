package no.delingsruter.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import no.delingsruter.model.LookupKey;
import no.delingsruter.model.ParkedEvent;
import no.delingsruter.store.Parked.Row;
import no.delingsruter.support.KeyedHash;

/** How a parked event is shown: to a person in a line or in full, and to a program. Who it is about only when that is asked for. */
final class ParkedLines {
    private ParkedLines() {}

    static ObjectNode json(Row row, KeyedHash hash, boolean reveal) {
        ParkedEvent event = row.event();
        LookupKey key = event.key();
        ObjectNode said = Json.object()
                .put("id", row.id())
                .put("service", key.service())
                .put("lookup", key.lookup())
                .put("organisation", key.organisation())
                .put("key", key(key, hash))
                .put("gjelderPeriode", reveal ? text(key.gjelderPeriode()) : period(key))
                .put("sekvensnummer", event.sekvensnummer())
                .put("status", event.status() == 0 ? null : event.status())
                .put("kode", event.kode())
                .put("korrelasjonsid", event.korrelasjonsid())
                .put("tries", event.attempts())
                .put("reason", Json.text(event.reason()))
                .put("parkedAt", Json.at(row.parkedAt()))
                .put("replayRequestedAt", Json.at(row.replayRequestedAt()))
                .put("discardedAt", Json.at(row.discardedAt()))
                .put("discardedBecause", Json.text(row.discardedBecause()));
        if (reveal) {
            said.put("identifikator", text(key.identifikator()))
                    .put("qualifier", text(key.qualifier()))
                    .put("hendelse", text(event.hendelse()));
        }
        return said;
    }

    static void line(Row row, KeyedHash hash, PrintWriter out) {
        ParkedEvent event = row.event();
        out.printf(
                "%-8d %-24s %-10s %-12s %-8s %14d %-6s %-8s %5d %-20s %s%s%n",
                row.id(),
                name(event.key()),
                event.key().organisation(),
                key(event.key(), hash),
                period(event.key()),
                event.sekvensnummer(),
                event.status() == 0 ? "-" : event.status(),
                text(event.kode()),
                event.attempts(),
                row.parkedAt().truncatedTo(ChronoUnit.SECONDS),
                event.reason(),
                row.discardedAt() != null
                        ? " (discarded)"
                        : row.replayRequestedAt() != null ? " (to be replayed)" : "");
    }

    static void details(Row row, KeyedHash hash, boolean reveal, PrintWriter out) {
        ParkedEvent event = row.event();
        LookupKey key = event.key();
        out.printf("id              %d%n", row.id());
        out.printf("service         %s%n", name(key));
        out.printf("organisation    %s%n", key.organisation());
        out.printf("key             %s%n", key(key, hash));
        out.printf("gjelderPeriode  %s%n", reveal ? text(key.gjelderPeriode()) : period(key));
        out.printf("sekvensnummer   %d%n", event.sekvensnummer());
        out.printf("reason          %s%n", event.reason());
        out.printf("answer          %s %s%n", event.status() == 0 ? "none" : event.status(), text(event.kode()));
        out.printf("korrelasjonsid  %s%n", text(event.korrelasjonsid()));
        out.printf("tries           %d%n", event.attempts());
        out.printf("parked at       %s%n", row.parkedAt());
        if (row.replayRequestedAt() != null) {
            out.printf("replay asked at %s%n", row.replayRequestedAt());
        }
        if (row.discardedAt() != null) {
            out.printf("discarded at    %s%n", row.discardedAt());
            out.printf("because         %s%n", text(row.discardedBecause()));
        }
        if (reveal) {
            out.printf("identifikator   %s%n", text(key.identifikator()));
            out.printf("qualifier       %s%n", text(key.qualifier()));
            out.printf("hendelse        %s%n", text(event.hendelse()));
        }
        out.println();
    }

    private static String name(LookupKey key) {
        return key.lookup().isEmpty() || key.lookup().equals(key.service())
                ? key.service()
                : key.service() + "/" + key.lookup();
    }

    private static String key(LookupKey key, KeyedHash hash) {
        return key.identifikator().isEmpty() ? "-" : hash.of(key.identifikator());
    }

    /** Nothing but a year or a month: an unusable event may hold anything. */
    private static String period(LookupKey key) {
        return key.gjelderPeriode().matches("\\d{4}(-\\d{2})?") ? key.gjelderPeriode() : "-";
    }

    /** Without what a terminal would take for a command. */
    private static String text(String value) {
        return value == null || value.isEmpty() ? "-" : value.replaceAll("\\p{Cntrl}", "?");
    }
}
