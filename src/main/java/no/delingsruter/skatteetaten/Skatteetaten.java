package no.delingsruter.skatteetaten;

import java.util.Map;
import java.util.TreeMap;
import no.delingsruter.configuration.Settings;
import no.delingsruter.operations.Statistics;
import no.delingsruter.operations.Trouble;
import no.delingsruter.store.PageArrivals;
import no.delingsruter.store.Store;

/** What the list and lookup steps share. */
public record Skatteetaten(Settings settings, Door door, Store store, Statistics statistics, Trouble trouble, PageArrivals arrivals) {

    /** The media type asked for. */
    public static String accept(Settings settings) {
        return settings.choice("skatteetaten.format", "json", "xml").equals("xml") ? Formats.XML : Formats.JSON;
    }

    /** @param declared the route's own table */
    Outcomes outcomes(String api, String declared) {
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
