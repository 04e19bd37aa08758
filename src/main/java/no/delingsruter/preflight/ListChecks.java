package no.delingsruter.preflight;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.observation.Statistics;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.list.EventList;
import no.delingsruter.skatteetaten.list.ListLook;
import no.delingsruter.store.ReadSoFar;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** Each event list: whether it still answers with the last number that was read, or else answers at all. */
final class ListChecks {
    private static final String LIST = "list";

    private final Settings settings;
    private final boolean jobRuns;

    ListChecks(Settings settings, boolean jobRuns) {
        this.settings = settings;
        this.jobRuns = jobRuns;
    }

    /** @param refused scope and organisation of which there is no token */
    void run(CamelContext camel, Collection<EventList> lists, Set<String> refused, Consumer<Finding> out) {
        if (jobRuns) {
            out.accept(
                    Finding.ok(
                            LIST,
                            "not called: a job works on this store and reads the lists itself; its log, readiness and metrics say how it gets on"));
            return;
        }
        ReadSoFar read = read(out);
        TreeMap<String, EventList> byName = new TreeMap<>();
        lists.forEach(list -> byName.put(list.service(), list));
        for (EventList list : byName.values()) {
            for (String organisation : Catalogue.organisations(settings)) {
                out.accept(
                        refused.contains(list.scope() + " " + organisation)
                                ? Finding.wrong(
                                        LIST, name(list, organisation) + ": not called, for there is no token for it")
                                : list(camel, list, organisation, read.of(list.service(), organisation)));
            }
        }
    }

    private ReadSoFar read(Consumer<Finding> out) {
        try {
            return ReadSoFar.of(
                    settings.get("store.url"),
                    settings.findNow("store.user").orElse(""),
                    settings.findNow("store.password").orElse(""));
        } catch (ConfigurationException e) {
            out.accept(Finding.warning(LIST, e.getMessage()));
            return ReadSoFar.nothing();
        }
    }

    private static Finding list(CamelContext camel, EventList list, String organisation, Optional<ReadSoFar.At> read) {
        try (ProducerTemplate producer = camel.createProducerTemplate()) {
            ListLook look = new ListLook(list, organisation, call -> call(producer, call));
            ListLook.Sight seen =
                    read.map(at -> look.readTo(at.number(), at.seen())).orElseGet(look::unread);
            String said = name(list, organisation) + ": " + seen.text();
            return switch (seen.how()) {
                case WELL -> Finding.ok(LIST, said);
                case ODD -> Finding.warning(LIST, said);
                case BROKEN -> Finding.wrong(LIST, said);
            };
        } catch (CallFailedException e) {
            return Finding.wrong(LIST, name(list, organisation) + ": " + e.getMessage());
        } catch (UncallableException e) {
            return Finding.wrong(LIST, name(list, organisation) + ": it cannot be called (" + e.getMessage() + ")");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void call(ProducerTemplate producer, Call call) {
        Exchange exchange = producer.send("skatteetaten:" + call.api, call::attachTo);
        if (exchange.getException() instanceof CallFailedException failed) {
            throw failed;
        }
        if (exchange.getException() != null) {
            throw new UncallableException(exchange.getException().getClass().getSimpleName());
        }
    }

    private static final class UncallableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UncallableException(String kind) {
            super(kind, null, false, false);
        }
    }

    private static String name(EventList list, String organisation) {
        return new Statistics.Id(list.service(), organisation).toString();
    }
}
