package no.delingsruter.simulator.call;

import java.util.List;
import java.util.Locale;

/** The formats an answer can have. */
public enum Format {
    JSON("application/json"),
    XML("application/xml;charset=UTF-8"),
    ATOM("application/atom+xml;charset=UTF-8");

    public final String contentType;

    Format(String contentType) {
        this.contentType = contentType;
    }

    public boolean isXml() {
        return this != JSON;
    }

    /**
     * @param accept the header, null when absent
     * @param formats what the API has (json, xml, atom)
     * @return null when none is acceptable: 406
     */
    public static Format negotiate(String accept, List<String> formats) {
        if (accept == null || accept.isBlank()) {
            return JSON;
        }
        for (String part : accept.split(",", -1)) {
            String type = part.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
            if (type.equals("*/*") || type.equals("application/*") || type.equals("application/json")) {
                return JSON;
            }
            if (type.equals("application/xml") && formats.contains("xml")) {
                return XML;
            }
            if (type.equals("application/atom+xml") && formats.contains("atom")) {
                return ATOM;
            }
        }
        return null;
    }

    /** The format of an error: errors follow Accept, even where the API itself has no XML. */
    public static Format ofError(String accept) {
        Format format = negotiate(accept, List.of("xml"));
        return format == null ? JSON : format;
    }
}
