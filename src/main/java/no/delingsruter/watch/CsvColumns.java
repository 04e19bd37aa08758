package no.delingsruter.watch;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Where in a line of CSV each field stands; separated by comma, semicolon or tab, perhaps quoted. */
final class CsvColumns {
    private static final String AROUND = "[\\s\\u00A0\\u200B\\u202F\\uFEFF]*";
    private static final Pattern NOTHING = Pattern.compile("[,;\t\"\\s\\u00A0\\u200B\\u202F\\uFEFF]*");
    private static final Pattern SEPARATOR_OF_EXCEL = Pattern.compile("\"?sep=.\"?" + AROUND);
    private final List<String> fields;
    private final boolean header;

    private CsvColumns(List<String> fields, boolean header) {
        this.fields = fields;
        this.header = header;
    }

    /**
     * @param first line: a header that names the fields, or a key itself: identifikator and, if there is a second, gjelderPeriode
     * @throws IllegalArgumentException when a header names a field that there is not, or none names the identifikator
     */
    static CsvColumns of(String first) {
        List<String> cells = cells(first);
        if (cells.stream().anyMatch(cell -> cell.equalsIgnoreCase("identifikator"))) {
            return new CsvColumns(cells.stream().map(WatchRequest::field).toList(), true);
        }
        if (cells.get(0).chars().noneMatch(Character::isDigit)) {
            throw new IllegalArgumentException(
                    "the first line names no column identifikator, and begins with none: name the column so");
        }
        if (cells.size() > 2) {
            throw new IllegalArgumentException("more than two columns need a header that names them");
        }
        return new CsvColumns(List.of("identifikator", "gjelderPeriode"), false);
    }

    /** Whether a line holds nothing: a row whose cells are all empty, or Excel's first line {@code sep=;}. */
    static boolean isEmpty(String line) {
        return NOTHING.matcher(line).matches()
                || SEPARATOR_OF_EXCEL.matcher(line).matches();
    }

    boolean isHeader() {
        return header;
    }

    /** @throws IllegalArgumentException when the line has more cells than there are columns */
    Map<String, String> values(String line) {
        List<String> cells = cells(line);
        if (cells.size() > fields.size()) {
            throw new IllegalArgumentException("it has more columns than the first line");
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < cells.size(); i++) {
            values.put(fields.get(i), cells.get(i));
        }
        return values;
    }

    private static List<String> cells(String line) {
        // Empty cells at a line's end are dropped: tables are saved with as many as their widest row has
        return Arrays.stream(line.replaceFirst("[,;\t\\s]+$", "").split("[,;\t]", -1))
                .map(cell -> cell.replaceAll("^" + AROUND + "|" + AROUND + "$", ""))
                .map(cell -> cell.length() > 1 && cell.startsWith("\"") && cell.endsWith("\"")
                        ? cell.substring(1, cell.length() - 1)
                        : cell)
                .toList();
    }
}
