package no.delingsruter.simulator.catalogue;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** The error codes of one API: for each {@link Meaning} a status and a kode. */
public final class ErrorTable {

    /**
     * One way to fail.
     *
     * @param status HTTP status
     * @param kode e.g. IM-008; null where the answer is no error body at all
     */
    public record Code(int status, String kode) {}

    private final String prefix;
    private final Map<Meaning, Code> codes = new EnumMap<>(Meaning.class);

    @JsonCreator
    ErrorTable(Map<String, String> spec) {
        prefix = spec.get("prefix");
        for (Meaning meaning : Meaning.values()) {
            String text = spec.get(meaning.name().toLowerCase(Locale.ROOT));
            if (text != null) {
                codes.put(meaning, parse(meaning, text));
            } else if (meaning.number != null) {
                codes.put(meaning, new Code(meaning.status, prefix + "-" + meaning.number));
            }
        }
    }

    private Code parse(Meaning meaning, String text) {
        String[] parts = text.split(" ", 2);
        if (parts.length == 1) {
            // "200" stands alone where the API answers normally, e.g. a deleted company
            return parts[0].equals("200") ? new Code(200, null) : new Code(meaning.status, prefix + "-" + parts[0]);
        }
        return new Code(Integer.parseInt(parts[0]), parts[1].contains("-") ? parts[1] : prefix + "-" + parts[1]);
    }

    /** The code of a meaning; one that the API has no code for is answered as "none", and that as an unexpected error. */
    public Code code(Meaning meaning) {
        Code code = codes.get(meaning);
        if (code == null) {
            code = codes.getOrDefault(Meaning.NONE, codes.get(Meaning.UNEXPECTED));
        }
        return code;
    }

    public String prefix() {
        return prefix;
    }
}
