package no.delingsruter.skatteetaten.list;

import java.util.List;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.list.EventReader.Element;

/**
 * A list that holds whole records instead of events, as Trekkpålegg does: a bare JSON array of what is newer than (not from)
 * {@code fraSekvensnummer}. Rules: Skatteetaten, "Trekkpålegg".
 */
public final class RecordList extends EventList {
    /** The event's field that holds the record as received. */
    public static final String RECORD = "record";
    /** The event's field that holds the call's Korrelasjonsid. */
    public static final String KORRELASJONSID = "korrelasjonsid";

    private final int pageSize;

    /** See {@link EventList}. */
    public RecordList(Lists lists, String service, String api, String scope, String path, String outcomes) {
        super(lists, service, api, scope, path, outcomes, "json");
        this.pageSize = settings().positive(service + ".page-size");
        checkStarts();
    }

    @Override
    Call positionCall(Start start) {
        return null;
    }

    @Override
    long position(Call call) {
        throw new IllegalStateException("a position is never asked for");
    }

    @Override
    void checkStart(Start start) {
        if (start.date() != null) {
            throw new ConfigurationException(service()
                    + ".start: this list cannot be begun at a date or now; take first, or a sequence number.");
        }
    }

    @Override
    String query(long number, int size) {
        return "fraSekvensnummer=" + number + "&maksAntall=" + size;
    }

    @Override
    Convention convention() {
        return Convention.EXCLUSIVE;
    }

    @Override
    List<Element> elements(Call call) {
        calls.mediaType(call);
        List<Element> records = EventReader.json(call.body(), List.of(), pageSize, calls::needs);
        for (Element record : records) {
            if (!record.fields().isEmpty()) {
                record.fields().put(RECORD, record.text(Integer.MAX_VALUE));
                record.fields().put(KORRELASJONSID, call.korrelasjonsid());
            }
        }
        return records;
    }

    @Override
    int pageSize() {
        return pageSize;
    }
}
