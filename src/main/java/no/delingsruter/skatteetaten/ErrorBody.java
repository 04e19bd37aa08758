package no.delingsruter.skatteetaten;

/**
 * The kode of an error answer ({@code kode}, {@code melding}, {@code korrelasjonsid}; Skatteetaten, "Feilhåndtering"). The
 * melding is never kept: it may hold an identifikator.
 */
public final class ErrorBody {
    private static final int LONGEST_KODE = 40;

    private ErrorBody() {}

    /** Null when the body is not Skatteetaten's error format. */
    public static String kode(Call call) {
        String mediaType = Formats.mediaType(call.contentType());
        if (mediaType == null || call.body().length == 0) {
            return null;
        }
        String[] kode = {null};
        try {
            Formats.read(mediaType, call.body(), (path, value) -> {
                if (path.equals("kode")) {
                    kode[0] = value;
                }
            });
        } catch (BrokenAnswerException e) {
            return null;
        }
        return kode[0] != null && kode[0].length() <= LONGEST_KODE && kode[0].matches("[A-Za-z]+-\\d{1,4}")
                ? kode[0]
                : null;
    }
}
