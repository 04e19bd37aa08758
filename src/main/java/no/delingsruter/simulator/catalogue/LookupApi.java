package no.delingsruter.simulator.catalogue;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/** One lookup (oppslag), as apis.yaml describes it; see there for each field. */
public record LookupApi(
        String id,
        String api,
        List<String> lists,
        List<String> paths,
        String scope,
        List<String> scopes,
        List<String> formats,
        Map<String, List<Integer>> versions,
        boolean snapshots,
        boolean document,
        String repeat,
        ErrorTable errors,
        Xml xml,
        String payload,
        String fiks,
        @JsonProperty("made-up") String madeUp) {

    /** @param namespace null for elements without one */
    public record Xml(String root, String namespace) {}

    public LookupApi {
        scopes = scopes == null ? List.of(scope) : scopes;
        formats = formats == null ? List.of("json", "xml") : formats;
        payload = payload == null ? id : payload;
    }

    /** Whether this version of the API speaks this year; APIs without such versions speak every year. */
    public boolean speaks(String version, String period) {
        List<Integer> years = versions == null ? List.of() : versions.getOrDefault(version, List.of());
        return years.isEmpty() || (period != null && years.contains(Integer.parseInt(period.substring(0, 4))));
    }
}
