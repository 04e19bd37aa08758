package no.delingsruter.skatteetaten;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An error answer ({@code kode}, {@code melding}, {@code korrelasjonsid}; Skatteetaten, "Feilhåndtering"). The melding of a lookup is
 * never kept: it may hold an identifikator.
 */
public final class ErrorBody {
    private static final int LONGEST_KODE = 40;
    private static final int LONGEST_MELDING = 200;

    /** Numbers from six digits on, addresses of e-mail, what may be a token, and what is quoted and is no name of a field. */
    private static final Pattern PERSONAL = Pattern.compile(
            "\\d{6}[\\d .-]*|\\d{3} \\d{3} \\d{3}|\\S*@\\S*|(?=[\\w-]*\\d)[\\w-]{20,}|[\"'«][^\"'«»]*[\\d ][^\"'«»]*[\"'»]");

    private ErrorBody() {}

    /** Null when the body is not Skatteetaten's error format. */
    public static @Nullable String kode(Call call) {
        String kode = value(call, "kode");
        return kode != null && kode.length() <= LONGEST_KODE && kode.matches("[A-Za-z]+-\\d{1,4}") ? kode : null;
    }

    /**
     * What the answer to a call that names no person says, in one line that is fit for a log; empty for none.
     *
     * @param call to an event list
     */
    static String melding(Call call) {
        String melding = kode(call) == null ? null : value(call, "melding");
        if (melding == null || melding.isBlank()) {
            return "";
        }
        String line = PERSONAL.matcher(melding.strip().replaceAll("[\\p{Cntrl}\\s]+", " "))
                .replaceAll("***");
        return line.length() <= LONGEST_MELDING ? line : line.substring(0, LONGEST_MELDING) + "…";
    }

    private static @Nullable String value(Call call, String name) {
        @Nullable String[] found = {null};
        try {
            String mediaType = call.mediaType();
            if (mediaType == null || call.body().length == 0) {
                return null;
            }
            Formats.read(mediaType, call.body(), (path, value) -> {
                if (path.equals(name)) {
                    found[0] = value;
                }
            });
        } catch (BrokenAnswerException e) {
            return null;
        }
        return found[0];
    }
}
