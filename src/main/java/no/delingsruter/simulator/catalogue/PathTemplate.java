package no.delingsruter.simulator.catalogue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A path with places to fill, e.g. {@code /v1/{rettighetspakke}/{personidentifikator}}; {@code {stadie:a|b}} takes only what it lists. */
public final class PathTemplate {
    private final List<String> literals = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final List<Set<String>> allowed = new ArrayList<>();

    public PathTemplate(String template) {
        for (String segment : template.substring(1).split("/", -1)) {
            if (segment.startsWith("{")) {
                String[] parts = segment.substring(1, segment.length() - 1).split(":", 2);
                literals.add(null);
                names.add(parts[0]);
                allowed.add(parts.length == 1 ? null : Set.of(parts[1].split("\\|", -1)));
            } else {
                literals.add(segment);
                names.add(null);
                allowed.add(null);
            }
        }
    }

    /**
     * @param segments the path, cut at each slash, without the API's name
     * @return the places' values, or null when the path is another
     */
    public Map<String, String> match(List<String> segments) {
        if (segments.size() != literals.size()) {
            return null;
        }
        for (int i = 0; i < literals.size(); i++) {
            String segment = segments.get(i);
            if (literals.get(i) != null
                    ? !literals.get(i).equals(segment)
                    : segment.isEmpty()
                            || (allowed.get(i) != null && !allowed.get(i).contains(segment))) {
                return null;
            }
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < literals.size(); i++) {
            if (names.get(i) != null) {
                values.put(names.get(i), segments.get(i));
            }
        }
        return values;
    }
}
