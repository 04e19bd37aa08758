package no.delingsruter.model;

/**
 * What may be part of a key. Its parts become part of addresses, headers of receivers and database columns; control characters
 * (line breaks would begin another header) and what is too long for an index are in no real key.
 */
final class KeyText {
    static final int LONGEST_IDENTIFIKATOR = 400;
    static final int LONGEST_PERIODE = 32;
    static final int LONGEST_QUALIFIER = 200;

    private KeyText() {}

    /**
     * The value itself.
     *
     * @param field name in the event
     * @throws UnusableEventException naming the field when the value can be no part of a key
     */
    static String usable(String field, String value, int longest) {
        if (value.length() > longest) {
            throw new UnusableEventException("the event's " + field + " is longer than " + longest + " characters");
        }
        if (!value.codePoints().allMatch(KeyText::printable)) {
            throw new UnusableEventException("the event's " + field + " holds characters that no key has");
        }
        return value;
    }

    /** What can be stored of a value that is not usable. */
    static String storable(Object value, int longest) {
        if (value == null) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        value.toString()
                .codePoints()
                .map(c -> printable(c) ? c : '?')
                .limit(longest / 2)
                .forEach(text::appendCodePoint);
        return text.toString();
    }

    private static boolean printable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE -> false;
            default -> true;
        };
    }
}
