package no.delingsruter.watch;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where in a line of CSV each field stands; separated by comma or semicolon, perhaps quoted. */
final class CsvColumns {
    private final List<String> fields;
    private final boolean header;

    private CsvColumns(List<String> fields, boolean header) {
        this.fields = fields;
        this.header = header;
    }

    /**
     * @param first line: a header that names the fields, or a key itself: identifikator and, if there is a second, gjelderPeriode
     * @throws IllegalArgumentException when a header names a field that there is not
     */
    static CsvColumns of(String first) {
        List<String> cells = cells(first);
        if (cells.stream().anyMatch(cell -> cell.equalsIgnoreCase("identifikator"))) {
            return new CsvColumns(cells.stream().map(WatchRequest::field).toList(), true);
        }
        if (cells.size() > 2) {
            throw new IllegalArgumentException("more than two columns need a header that names them");
        }
        return new CsvColumns(List.of("identifikator", "gjelderPeriode"), false);
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
        return Arrays.stream(line.split("[,;]", -1))
                .map(String::strip)
                .map(cell -> cell.length() > 1 && cell.startsWith("\"") && cell.endsWith("\"")
                        ? cell.substring(1, cell.length() - 1)
                        : cell)
                .toList();
    }
}
