package no.delingsruter.catalogue;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is known of a route file before Camel reads it. Without it every start opens the client of a broker that nobody delivers to, for a
 * quarter of a second.
 *
 * @param services whose event lists it declares
 * @param offered  the direct: endpoints and beans by which alone it can be reached; empty when it begins something itself, or makes no
 *                 beans, so that loading it costs nothing
 * @param receiver whether it must be named word for word: it may need what is not there
 */
record RouteFile(String text, Set<String> services, Optional<Set<String>> offered, boolean receiver) {
    private static final String DIRECT = "direct:";
    private static final List<String> COMPUTED = List.of(DIRECT + "$", DIRECT + "{");
    private static final String BEANS = "beans";
    /** Behind a name: kafka is neither kafka.KEY nor kafka-copy. */
    private static final String END = "(?![\\w.-])";

    /**
     * @param document the file's YAML
     * @param froms all its "from"
     */
    static Optional<Set<String>> offered(Object document, List<Map<?, ?>> froms) {
        if (!(document instanceof List<?> entries)) {
            return Optional.empty();
        }
        Set<String> names = new LinkedHashSet<>();
        for (Map<?, ?> from : froms) {
            String uri = String.valueOf(from.get("uri"));
            if (!uri.startsWith(DIRECT)) {
                return Optional.empty();
            }
            names.add(uri);
        }
        boolean makesBeans = false;
        for (Object entry : entries) {
            if (!(entry instanceof Map<?, ?> map) || !Set.of("route", BEANS).containsAll(map.keySet())) {
                return Optional.empty();
            }
            if (map.get(BEANS) instanceof List<?> beans) {
                makesBeans = true;
                beans.forEach(bean -> names.add(bean instanceof Map<?, ?> one ? String.valueOf(one.get("name")) : ""));
            }
        }
        return makesBeans ? Optional.of(names) : Optional.empty();
    }

    /** The direct: endpoints of a receiver, by which alone it is named, whatever else it begins or makes. */
    static Optional<Set<String>> receiving(List<Map<?, ?>> froms) {
        return Optional.of(froms.stream()
                .map(from -> String.valueOf(from.get("uri")))
                .filter(uri -> uri.startsWith(DIRECT))
                .collect(Collectors.toSet()));
    }

    /** @param others what other files and the configuration say */
    boolean neededBy(Stream<String> others) {
        return offered.isEmpty()
                || others.anyMatch(other -> (!receiver && COMPUTED.stream().anyMatch(other::contains))
                        || offered.get().stream().anyMatch(name -> names(other, name)));
    }

    /** An endpoint may also be written as its scheme, with the name as a parameter. */
    private static boolean names(String text, String name) {
        String bare = name.startsWith(DIRECT) ? name.substring(DIRECT.length()) : name;
        // A start asks this of thousands of texts, and few of them have it in whatever form
        return text.contains(bare)
                && (Pattern.compile(Pattern.quote(name) + END).matcher(text).find()
                        || (name.startsWith(DIRECT)
                                && Pattern.compile("(direct:/{1,2}|name:\\s*[\"']?)" + Pattern.quote(bare) + END)
                                        .matcher(text)
                                        .find()));
    }
}
