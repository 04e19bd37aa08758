package no.delingsruter.skatteetaten;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import no.delingsruter.configuration.Settings;

/** What the list and lookup steps share. */
public record Skatteetaten(Settings settings, Gateway gateway, Map<String, Access> services) {

    public Skatteetaten(Settings settings, Gateway gateway) {
        this(settings, gateway, new ConcurrentHashMap<>());
    }

    /** What a service's calls carry of its own. */
    public Access access(String service) {
        return services.computeIfAbsent(service, name -> new Access(settings, name));
    }

    /** The media type asked for. */
    public static String accept(Settings settings) {
        return mediaType(settings.choice("skatteetaten.format", "json", "xml"));
    }

    /**
     * The media type that a service's calls ask for: {@code <service>.format}, or {@code skatteetaten.format}, where the API has
     * that format; else the one it has.
     *
     * @param formats that the API has, comma separated
     */
    public static String accept(Settings settings, String service, String formats) {
        String wanted = settings.choice(
                settings.find(service + ".format").isPresent() ? service + ".format" : "skatteetaten.format",
                "json",
                "xml");
        List<String> has = Arrays.stream(formats.split(",")).map(String::strip).toList();
        return mediaType(has.contains(wanted) ? wanted : has.get(0));
    }

    private static String mediaType(String format) {
        return format.equals("xml") ? Formats.XML : Formats.JSON;
    }

    /** @param declared the route's own table */
    public Outcomes outcomes(String api, String declared) {
        String prefix = "outcome." + api + ".";
        Map<String, String> configured = new TreeMap<>();
        settings.values().forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                configured.put(key.substring(prefix.length()), value);
            }
        });
        return new Outcomes(api, declared, configured);
    }
}
