package no.delingsruter.skatteetaten.list;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.model.Page;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.work.BackfillPage;
import no.delingsruter.work.PageStore;
import org.apache.camel.Exchange;

/** Reads a page of a list again for a backfill, beside the list's being followed. */
final class ListBackfill {
    private final EventList list;
    private final PageStore pages;

    ListBackfill(EventList list, PageStore pages) {
        this.list = list;
        this.pages = pages;
    }

    /**
     * From the last number that was read on, which is right whatever the number of a query means.
     *
     * @param known what it means, as far as that is known
     */
    void request(Exchange exchange, String organisation, BackfillPage backfill, Convention known) {
        exchange.setProperty(Page.PROPERTY, new Page(list.service(), organisation, OptionalLong.of(backfill.after())));
        boolean begins = backfill.after() < list.firstNumber();
        long from = begins && known == Convention.INCLUSIVE ? list.firstNumber() : backfill.after();
        list.pageCall(organisation, from, Math.min(EventList.MOST, list.pageSize() + 1))
                .attachTo(exchange);
    }

    /** What cannot be used was set aside when the list was followed. */
    void read(Exchange exchange, BackfillPage backfill) {
        Call call = Call.of(exchange);
        Page page = exchange.getProperty(Page.PROPERTY, Page.class);
        List<Numbered> answer =
                list.answers(call) ? Numbered.of(list.elements(call), backfill.after(), list.firstNumber()) : List.of();
        long highest = Numbered.highest(answer, backfill.after());
        boolean full = answer.size() >= list.pageSize();
        if (full && highest <= backfill.after()) {
            throw new ConfigurationException(list.service() + ".page-size: " + answer.size()
                    + " events have one number, and what comes after them is not to be had; take a larger one.");
        }
        // What has the last number of a full page may go on in the next one
        long whole = answer.stream()
                .mapToLong(Numbered::number)
                .filter(number -> full && number > backfill.after() && number < highest)
                .max()
                .orElse(highest);
        boolean end = highest <= backfill.after() || whole >= backfill.to();
        page.last(end ? backfill.to() : whole);
        exchange.getMessage()
                .setBody(page.pass(
                        List.of(),
                        answer.stream()
                                .filter(event -> event.odd() == null
                                        && event.number() > backfill.after()
                                        && event.number() <= page.last())
                                .sorted(Comparator.comparingLong(Numbered::number))
                                .map(Numbered::event)
                                .toList()));
    }

    void take(Exchange exchange, BackfillPage backfill) {
        Page page = exchange.getProperty(Page.PROPERTY, Page.class);
        pages.keepWatched(page);
        backfill.taker().take(page.last(), page.passing(), page.parked().size(), page.lookups());
    }
}
