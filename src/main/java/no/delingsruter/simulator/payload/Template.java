package no.delingsruter.simulator.payload;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** A text with places to fill, taken apart once so that filling it is only appending. */
final class Template {
    private interface Part {
        void append(StringBuilder out, List<Values> all, Values one);
    }

    private final List<Part> parts = new ArrayList<>();
    private final StringBuilder literal = new StringBuilder();

    Template text(String text) {
        literal.append(text);
        return this;
    }

    Template place(BiConsumer<StringBuilder, Values> place) {
        return add((out, all, one) -> place.accept(out, one));
    }

    /** Text that stands there only when the place between has something to say. */
    Template optional(String before, BiConsumer<StringBuilder, Values> place, String after) {
        return add((out, all, one) -> {
            int start = out.length();
            out.append(before);
            int filled = out.length();
            place.accept(out, one);
            if (out.length() == filled) {
                out.setLength(start);
            } else {
                out.append(after);
            }
        });
    }

    /** Repeats a part for each of the values. */
    Template each(Template part, String separator) {
        part.flush();
        return add((out, all, one) -> {
            String between = "";
            for (Values v : all) {
                out.append(between);
                part.parts.forEach(p -> p.append(out, all, v));
                between = separator;
            }
        });
    }

    private Template add(Part part) {
        flush();
        parts.add(part);
        return this;
    }

    private void flush() {
        if (literal.length() > 0) {
            String text = literal.toString();
            literal.setLength(0);
            parts.add((out, all, one) -> out.append(text));
        }
    }

    Template done() {
        flush();
        return this;
    }

    void fill(StringBuilder out, List<Values> all) {
        for (Part part : parts) {
            part.append(out, all, all.get(0));
        }
    }
}
