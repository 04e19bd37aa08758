package no.delingsruter.simulator.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.catalogue.Catalogue;
import no.delingsruter.simulator.catalogue.ListApi;
import no.delingsruter.simulator.catalogue.LookupApi;
import no.delingsruter.simulator.catalogue.PathTemplate;

/** Finds out what an address asks for. */
final class Router {
    private record Entry(
            String api,
            PathTemplate path,
            HttpMethod method,
            Call.Kind kind,
            ListApi list,
            LookupApi lookup,
            String operation) {}

    private final Map<String, List<Entry>> apis = new HashMap<>();

    Router(Catalogue catalogue) {
        for (ListApi list : catalogue.lists()) {
            for (String base : list.paths()) {
                switch (list.protocol()) {
                    case "feed" -> {
                        list(base + "/hendelser/feed", list, "feed");
                        list(base + "/hendelser/siste/sekvensnummer", list, "siste");
                        bulk(base + "/personer/bulkoppslag", catalogue.lookup("person"));
                        bulk(base + "/personer/bulkoppslag/arkiv", catalogue.lookup("persondokument"));
                        bulk(base + "/hendelser/bulkoppslag", catalogue.lookup("hendelsesdokument"));
                    }
                    case "records" -> list(base, list, "records");
                    case "register" -> list(base + "/hendelser", list, "hendelser");
                    default -> {
                        list(base + "/hendelser", list, "hendelser");
                        list(base + "/hendelser/start", list, "start");
                    }
                }
            }
        }
        catalogue.lists().stream().filter(list -> list.fiks() != null).forEach(list -> {
            fiks(list.fiks() + "/hendelser", Call.Kind.LIST, list, null, "hendelser");
            fiks(list.fiks() + "/hendelser/start", Call.Kind.LIST, list, null, "start");
        });
        catalogue.lookups().stream()
                .filter(lookup -> lookup.fiks() != null)
                .forEach(lookup -> fiks(lookup.fiks(), Call.Kind.LOOKUP, null, lookup, "oppslag"));
        for (LookupApi lookup : catalogue.lookups()) {
            lookup.paths()
                    .forEach(
                            path -> add(path, HttpMethod.GET, Call.Kind.LOOKUP, lookup.api(), null, lookup, "oppslag"));
        }
    }

    private void list(String path, ListApi list, String operation) {
        add(path, HttpMethod.GET, Call.Kind.LIST, list.api(), list, null, operation);
    }

    private void bulk(String path, LookupApi lookup) {
        add(path, HttpMethod.POST, Call.Kind.LOOKUP, lookup.api(), null, lookup, "bulk");
    }

    private void fiks(String path, Call.Kind kind, ListApi list, LookupApi lookup, String operation) {
        String api = list != null ? list.api() : lookup.api();
        apis.computeIfAbsent(Fiks.FIRST_SEGMENT, first -> new ArrayList<>())
                .add(new Entry(api, new PathTemplate(path), HttpMethod.GET, kind, list, lookup, operation));
    }

    private void add(
            String path,
            HttpMethod method,
            Call.Kind kind,
            String api,
            ListApi list,
            LookupApi lookup,
            String operation) {
        apis.computeIfAbsent(api, a -> new ArrayList<>())
                .add(new Entry(api, new PathTemplate(path), method, kind, list, lookup, operation));
    }

    /** @return a call of kind OTHER for an address that the API does not have; null when there is no such API */
    Call route(HttpServerRequest request) {
        List<String> segments = segments(request.path());
        String api = segments.isEmpty() ? "" : segments.get(0);
        List<Entry> entries = apis.get(api);
        if (entries == null) {
            return null;
        }
        List<String> rest = segments.subList(1, segments.size());
        for (Entry e : entries) {
            if (e.method.equals(request.method())) {
                Map<String, String> places = e.path.match(rest);
                if (places != null) {
                    return new Call(request, e.kind, e.api, e.list, e.lookup, e.operation, places);
                }
            }
        }
        Entry any = entries.get(0);
        return new Call(request, Call.Kind.OTHER, api, any.list, any.lookup, "", Map.of());
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>(8);
        int from = 1;
        while (path != null && from <= path.length()) {
            int to = path.indexOf('/', from);
            to = to < 0 ? path.length() : to;
            segments.add(decode(path.substring(from, to)));
            from = to + 1;
        }
        return segments;
    }

    private static String decode(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return segment;
        }
    }
}
