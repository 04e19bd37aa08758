package no.delingsruter.simulator.call;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import no.delingsruter.simulator.catalogue.Catalogue;
import no.delingsruter.simulator.catalogue.ListApi;
import no.delingsruter.simulator.catalogue.LookupApi;

/** One call as the simulator understands it, before it is answered. */
public final class Call {
    /** What kind of call. */
    public enum Kind {
        TOKEN,
        LIST,
        LOOKUP,
        OTHER
    }

    private final HttpServerRequest request;
    private final Kind kind;
    private final String api;
    private final ListApi list;
    private final LookupApi lookup;
    private final String operation;
    private final Map<String, String> path;
    private String identifikator;
    private String periode;
    private String organisation = "-";
    private String scope;

    /**
     * @param list null for lookups
     * @param lookup null for lists
     * @param operation which of a list's addresses, or "bulk"
     * @param path the filled places of the path
     */
    public Call(
            HttpServerRequest request,
            Kind kind,
            String api,
            ListApi list,
            LookupApi lookup,
            String operation,
            Map<String, String> path) {
        this.request = request;
        this.kind = kind;
        this.api = api;
        this.list = list;
        this.lookup = lookup;
        this.operation = operation;
        this.path = path;
        for (Map.Entry<String, String> place : path.entrySet()) {
            switch (place.getKey()) {
                case "rettighetspakke", "versjon", "stadie", "rolleId", "identtype" -> {}
                case "inntektsaar", "periode" -> periode = place.getValue();
                default -> identifikator = place.getValue();
            }
        }
    }

    public Kind kind() {
        return kind;
    }

    public String api() {
        return api;
    }

    public String group() {
        return Catalogue.group(api);
    }

    public ListApi list() {
        return list;
    }

    public LookupApi lookup() {
        return lookup;
    }

    public String operation() {
        return operation;
    }

    /** A place of the path, or null. */
    public String path(String name) {
        return path.get(name);
    }

    /** A query parameter, or null. */
    public String query(String name) {
        return request.query() == null ? null : request.params().get(name);
    }

    public MultiMap headers() {
        return request.headers();
    }

    public String accept() {
        return request.getHeader("Accept");
    }

    public String korrelasjonsid() {
        return request.getHeader("Korrelasjonsid");
    }

    public HttpServerRequest request() {
        return request;
    }

    /** Who or what is asked for; null for lists. */
    public String identifikator() {
        return identifikator;
    }

    /** The period in the path; null where there is none. */
    public String periode() {
        return periode;
    }

    /** The organisation the token was issued for, "-" without a token that is known. */
    public String organisation() {
        return organisation;
    }

    /** The token's scope; null when no valid token came with the call. */
    public String scope() {
        return scope;
    }

    public void caller(String theOrganisation, String theScope) {
        organisation = theOrganisation;
        scope = theScope;
    }
}
