package no.delingsruter.work;

import java.util.List;
import no.delingsruter.model.Scope;

/** For which lanes operations may have lookups pending, which come after all that events ask for. */
public final class LaterWork {
    private volatile List<Scope> scopes = List.of();

    void of(List<Scope> now) {
        scopes = now;
    }

    /** Whether it is worth while to look for them. */
    boolean isAsked(String service, String organisation, String lookup) {
        List<Scope> all = scopes;
        return !all.isEmpty() && all.stream().anyMatch(scope -> scope.covers(new Scope(service, organisation, lookup)));
    }
}
