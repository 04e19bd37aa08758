package no.delingsruter.skatteetaten.list;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import no.delingsruter.configuration.Settings;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.CallFailedException.Kind;
import no.delingsruter.skatteetaten.Access;
import no.delingsruter.skatteetaten.BrokenAnswerException;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.ErrorBody;
import no.delingsruter.skatteetaten.Formats;
import no.delingsruter.skatteetaten.Outcomes;
import no.delingsruter.skatteetaten.PathTemplate;
import no.delingsruter.skatteetaten.Refusal;
import no.delingsruter.skatteetaten.Skatteetaten;

/** The calls of one event list: how they are made, and what an answer must be. */
final class ListCalls {
    private static final Set<String> NEEDED =
            Set.of("sekvensnummer", "hendelsetype", "hendelsestype", "registreringstidspunkt");

    private final Skatteetaten skatteetaten;
    private final String service;
    private final String api;
    private final String scope;
    private final PathTemplate path;
    private final Access access;
    private final String mediaType;
    private final Outcomes outcomes;
    private final Function<String, Set<String>> fields;

    /** See {@link EventList}. */
    ListCalls(Lists lists, String service, String api, String scope, String path, String outcomes, String formats) {
        this.skatteetaten = lists.skatteetaten();
        this.fields = lists.fields();
        this.service = service;
        this.api = api;
        List<String> scopes = Arrays.stream(scope.split(",")).map(String::strip).toList();
        this.access = skatteetaten.access(service);
        this.scope = access.scope(scopes.stream()
                .filter(lists.scopes().apply(service)::contains)
                .findFirst()
                .orElse(scopes.get(0)));
        this.path = new PathTemplate(Access.listPath(settings(), service, path));
        this.mediaType = Skatteetaten.accept(settings(), service, formats);
        this.outcomes = skatteetaten.outcomes(api, outcomes);
    }

    Settings settings() {
        return skatteetaten.settings();
    }

    String scope() {
        return scope;
    }

    /** The list's path for an organisation, encoded. */
    String path(String organisation) {
        return path.path(name -> access.value(organisation, name));
    }

    /** @param with the query, null for none */
    Call call(String organisation, String at, String with) {
        return new Call(api, organisation, scope, at, with)
                .template(at.replace(path(organisation), path.path()))
                .accepting(mediaType)
                .by(access)
                .of(service, "");
    }

    /** The call for a page, by what the query says beyond that of the list's own path. */
    Call page(String organisation, String query) {
        String own = path.query(name -> access.value(organisation, name));
        return call(organisation, path(organisation), own == null ? query : own + "&" + query);
    }

    boolean isPage(Call call) {
        return call.path.equals(path(call.organisation));
    }

    /** Whether a field of an event is kept whatever else the event holds. */
    boolean needs(String field) {
        return NEEDED.contains(field) || fields.apply(service).contains(field);
    }

    /**
     * Returns when the answer means that there is nothing.
     *
     * @param reason of the list's own for a refused call, null for the usual one
     * @throws CallFailedException for any other
     */
    void refused(Call call, Function<Call, String> reason) {
        String kode = ErrorBody.kode(call);
        Outcomes.Meaning meaning = outcomes.of(call.status(), kode);
        if (meaning == Outcomes.Meaning.EMPTY) {
            return;
        }
        CallFailedException refusal = Refusal.ofList(
                call,
                kode,
                meaning == Outcomes.Meaning.REFUSED ? Outcomes.Meaning.REFUSED_FOR_ALL : meaning,
                skatteetaten.gateway());
        String own = refusal.kind() == Kind.REFUSED_FOR_ALL ? reason.apply(call) : null;
        throw own == null ? refusal : call.failed(Kind.REFUSED_FOR_ALL, own, kode);
    }

    /** Reads the answer, which must have the format that was asked for. */
    void readBody(Call call, Formats.Values values) {
        try {
            Formats.read(mediaType(call), call.body(), values);
        } catch (BrokenAnswerException e) {
            throw broken(call, e.getMessage());
        }
    }

    /** @throws CallFailedException when the answer is not in the format that was asked for */
    String mediaType(Call call) {
        try {
            if (!mediaType.equals(call.mediaType())) {
                throw broken(call, "it is not in the format asked for");
            }
        } catch (BrokenAnswerException e) {
            throw broken(call, e.getMessage());
        }
        return mediaType;
    }

    static CallFailedException broken(Call call, String why) {
        return call.failed(Kind.BUSY, "200 from " + call.api + ", but " + why, null);
    }
}
