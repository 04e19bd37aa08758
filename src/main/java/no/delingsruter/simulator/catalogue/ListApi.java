package no.delingsruter.simulator.catalogue;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/** One event list (hendelsesliste), as apis.yaml describes it; see there for each field. */
public record ListApi(
        String id,
        String api,
        String protocol,
        List<String> paths,
        List<String> scopes,
        String key,
        String period,
        Map<String, String> fields,
        String types,
        String times,
        List<String> formats,
        Integer first,
        int empty,
        ErrorTable errors,
        String fiks,
        @JsonProperty("made-up") String madeUp) {
    public ListApi {
        protocol = protocol == null ? "classic" : protocol;
        paths = paths == null ? List.of("/v1") : paths;
        first = first == null ? 1 : first;
        types = types == null ? "upper" : types;
        times = times == null ? "millis" : times;
        formats = formats == null ? List.of("json", "xml") : formats;
    }
}
