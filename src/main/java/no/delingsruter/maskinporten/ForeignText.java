package no.delingsruter.maskinporten;

import java.util.regex.Pattern;

/** Makes text from outside fit for a log line. */
final class ForeignText {
    private static final int LONGEST = 500;
    private static final Pattern PERSON_NUMBER = Pattern.compile("\\d{6} ?\\d{5,}");
    /** Three parts with dots between, as a JWT has them: an answer may repeat the grant. */
    private static final Pattern JWT = Pattern.compile("[\\w-]{16,}\\.[\\w-]{16,}(\\.[\\w-]*)?");

    private ForeignText() {}

    /** @return one line without person numbers and JWTs, 500 characters at most; "-" for null */
    static String safe(String text) {
        if (text == null) {
            return "-";
        }
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        String masked =
                PERSON_NUMBER.matcher(JWT.matcher(line).replaceAll("***")).replaceAll("***********");
        return masked.length() <= LONGEST ? masked : masked.substring(0, LONGEST);
    }
}
