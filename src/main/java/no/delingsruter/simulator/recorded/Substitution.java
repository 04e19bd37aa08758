package no.delingsruter.simulator.recorded;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts what was asked for in place of what was recorded, and changes nothing else of the text. */
final class Substitution {
    private static final List<String> SUBJECTS = List.of(
            "personidentifikator",
            "norskPersonidentifikator",
            "norskIdentifikator",
            "organisasjonsnummer",
            "identifikator",
            "eksternIdentifikator",
            "foedselsEllerDNummer");
    private static final List<String> PERIODS = List.of("inntektsaar", "kalendermaaned", "periode");

    private Substitution() {}

    /**
     * @param key kind of key, from the catalogue
     * @param periode null: periods stay
     */
    static String in(String body, String key, String identifikator, String periode) {
        List<String> subjects =
                switch (key) {
                    case "referanse" -> List.of("referanse");
                    case "hendelse" -> List.of("hendelsesidentifikator");
                    default -> SUBJECTS;
                };
        String text = body;
        for (String name : subjects) {
            if (field(name).matcher(text).find()) {
                text = replace(text, name, identifikator, "");
                break;
            }
        }
        for (String name : PERIODS) {
            if (periode != null) {
                // a month takes no year's place, nor a year a month's
                text = replace(text, name, periode, periode.length() == 4 ? "[0-9]{4}" : "[0-9]{4}-[0-9]{2}");
            }
        }
        return text;
    }

    private static Pattern field(String name) {
        return Pattern.compile("(\"" + name + "\"\\s*:\\s*\"?|<" + name + ">)([0-9A-Za-z-]+)(?=[\"<,}\\s])");
    }

    /** @param form what the old value must look like; empty for anything */
    private static String replace(String text, String name, String value, String form) {
        Matcher m = field(name).matcher(text);
        return m.replaceAll(r -> Matcher.quoteReplacement(
                r.group(1) + (form.isEmpty() || r.group(2).matches(form) ? value : r.group(2))));
    }
}
