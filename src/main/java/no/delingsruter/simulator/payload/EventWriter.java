package no.delingsruter.simulator.payload;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import no.delingsruter.simulator.catalogue.ListApi;
import no.delingsruter.simulator.data.Derived;
import no.delingsruter.simulator.data.EventView;
import no.delingsruter.simulator.data.Hendelsetype;
import no.delingsruter.simulator.data.Tid;

/** Writes the events of one list with its own field names, spellings and formats. */
public final class EventWriter {
    private static final Set<String> NUMBERS = Set.of("sekvensnummer", "eiendom", "matrikkel");
    private final ListApi list;

    public EventWriter(ListApi list) {
        this.list = list;
    }

    /** The event's fields as a JSON object. */
    public void json(StringBuilder out, EventView e) {
        String separator = "{\"";
        for (Map.Entry<String, String> field : list.fields().entrySet()) {
            int start = out.length();
            boolean number = NUMBERS.contains(field.getValue());
            out.append(separator).append(field.getKey()).append(number ? "\":" : "\":\"");
            if (value(out, field.getValue(), e)) {
                out.append(number ? "" : "\"");
                separator = ",\"";
            } else {
                out.setLength(start);
            }
        }
        out.append('}');
    }

    /**
     * The event's fields as XML elements.
     *
     * @param prefix of their names, e.g. {@code ns2:}; may be empty
     */
    public void xml(StringBuilder out, EventView e, String prefix) {
        for (Map.Entry<String, String> field : list.fields().entrySet()) {
            int start = out.length();
            out.append('<').append(prefix).append(field.getKey()).append('>');
            if (value(out, field.getValue(), e)) {
                out.append("</").append(prefix).append(field.getKey()).append('>');
            } else {
                out.setLength(start);
            }
        }
    }

    /** @return false when the event has no such thing */
    private boolean value(StringBuilder out, String what, EventView e) {
        switch (what) {
            case "sekvensnummer" -> out.append(e.sekvensnummer());
            case "identifikator" -> out.append(e.identifikator());
            case "periode" -> {
                if (e.gjelderPeriode() == null) {
                    return false;
                }
                out.append(e.gjelderPeriode());
            }
            case "tidspunkt" -> Tid.append(out, e.registrert(), list.times());
            case "type" -> out.append(spelled(e.type()));
            case "typeSkattepliktig" ->
                out.append(e.identifikator().length() == 11 ? "personligSkattepliktig" : "upersonligSkattepliktig");
            case "eiendom" -> out.append(Derived.eiendom(e.identifikator()));
            case "matrikkel" -> out.append(Derived.matrikkel(e.identifikator()));
            case "kommune" -> out.append(Derived.kommune(e.identifikator()));
            case "fregtype" -> out.append(Derived.fregtype(e.type()));
            case "hendelsesdokument" -> out.append(Derived.dokument(Values.HENDELSESDOKUMENT, e.ordinal()));
            case "persondokument" -> out.append(Derived.dokument(Values.PERSONDOKUMENT, e.ordinal()));
            default -> throw new IllegalArgumentException("No event holds " + what);
        }
        return true;
    }

    private String spelled(Hendelsetype type) {
        String name = type.name();
        return switch (list.types()) {
            case "upper" -> name;
            case "lower" -> name.toLowerCase(Locale.ROOT);
            default -> name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
        };
    }
}
