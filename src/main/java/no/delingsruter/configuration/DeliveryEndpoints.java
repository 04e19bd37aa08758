package no.delingsruter.configuration;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Where results go: {@code delivery.endpoint.<n>}, each any address, in the order of their numbers; else {@code delivery.endpoints}. */
public final class DeliveryEndpoints {
    private static final String ONE = "delivery.endpoint.";
    private static final String SEVERAL = "delivery.endpoints";
    /** A comma before what can only be another address: brokers=a:9092,b:9092 stays whole. */
    private static final Pattern NEXT = Pattern.compile(",\\s*(?=[A-Za-z][\\w+.-]*:(?!\\d))");

    private DeliveryEndpoints() {}

    /** @throws ConfigurationException when none is named, or {@code delivery.endpoints} cannot be cut without doubt */
    public static List<String> of(Settings settings) {
        List<String> numbered = settings.values().keySet().stream()
                .filter(key -> key.startsWith(ONE))
                .sorted((a, b) -> Integer.compare(number(a), number(b)))
                .flatMap(key -> settings.find(key).stream())
                .toList();
        return numbered.isEmpty() ? several(settings) : numbered;
    }

    /** What {@code delivery.endpoints} names and {@code delivery.endpoint.<n>}, which go before it, do not. */
    public static List<String> notUsed(Settings settings) {
        List<String> used = of(settings);
        return NEXT.splitAsStream(settings.find(SEVERAL).orElse(""))
                .map(String::strip)
                .filter(uri -> !uri.isEmpty() && !used.contains(uri))
                .toList();
    }

    private static List<String> several(Settings settings) {
        List<String> cut = NEXT.splitAsStream(settings.find(SEVERAL).orElse(""))
                .map(String::strip)
                .filter(uri -> !uri.isEmpty())
                .toList();
        if (cut.isEmpty()) {
            throw new ConfigurationException(
                    SEVERAL + " is missing: name at least one Camel endpoint, such as direct:database.");
        }
        for (String uri : cut) {
            String address = uri.contains("?") ? uri.substring(0, uri.indexOf('?')) : uri;
            String piece =
                    Arrays.stream(address.split(",", -1)).skip(1).findFirst().orElse(null);
            if (!address.contains(":") || piece != null) {
                throw new ConfigurationException(SEVERAL + ": '" + (piece == null ? address : piece.strip())
                        + "' is no address; write each endpoint by itself, as " + ONE + "1=..., " + ONE + "2=...");
            }
        }
        return cut;
    }

    private static int number(String key) {
        try {
            return Integer.parseInt(key.substring(ONE.length()));
        } catch (NumberFormatException e) {
            throw new ConfigurationException(
                    key + ": behind " + ONE + " stands a number: " + ONE + "1, " + ONE + "2 and so on.");
        }
    }
}
