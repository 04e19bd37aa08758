package no.delingsruter.skatteetaten.lookup;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import no.delingsruter.skatteetaten.BrokenAnswerException;
import no.delingsruter.skatteetaten.Formats;

/** What an answer says about itself. */
final class AnswerFacts implements Formats.Values {
    private final List<String> answeredBy;
    private final Set<String> answered = new HashSet<>();
    private boolean shielded;
    private boolean kode;
    private boolean melding;

    /**
     * Reads an answer.
     *
     * @param answeredBy where it names whom it is about
     * @throws BrokenAnswerException when it is broken, or an error message
     */
    AnswerFacts(String mediaType, byte[] answer, List<String> answeredBy) {
        this.answeredBy = answeredBy;
        Formats.read(mediaType, answer, this);
        answered.remove("");
        if (kode && melding) {
            throw new BrokenAnswerException("the answer is an error message");
        }
    }

    @Override
    public void value(String path, String value) {
        switch (path) {
            case "skjermet" -> shielded = "true".equals(value);
            case "kode" -> kode = true;
            case "melding" -> melding = true;
            default -> {}
        }
        for (String where : answeredBy) {
            if (where.startsWith("*.") ? path.endsWith(where.substring(1)) : path.equals(where)) {
                answered.add(value == null ? "" : value);
            }
        }
    }

    boolean isShielded() {
        return shielded;
    }

    /** @param mayNameEarlier whether it may name others beside the one asked for */
    boolean isOfAnother(String identifikator, boolean mayNameEarlier) {
        boolean named = answered.contains(identifikator);
        return mayNameEarlier ? !named && !answered.isEmpty() : answered.size() > (named ? 1 : 0);
    }
}
