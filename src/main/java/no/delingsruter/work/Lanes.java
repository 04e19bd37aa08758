package no.delingsruter.work;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import no.delingsruter.model.Scope;
import no.delingsruter.store.OperationTable.RefusedException;

/**
 * Everything that runs: each lookup of each service for each organisation.
 *
 * @param all          complete scopes
 * @param needingEvent which of them cannot be looked up by their key alone
 */
public record Lanes(List<Scope> all, Set<Scope> needingEvent) {
    /** What of it is in a scope. @throws RefusedException when nothing is, with the names that there are */
    public List<Scope> in(Scope scope) {
        check(scope.service(), "service", Scope::service, all);
        check(scope.organisation(), "organisation", Scope::organisation, all);
        List<Scope> found = all.stream().filter(scope::covers).toList();
        if (found.isEmpty()) {
            check(
                    scope.lookup(),
                    "lookup",
                    Scope::lookup,
                    all.stream()
                            .filter(one -> new Scope(scope.service(), scope.organisation(), "").covers(one))
                            .toList());
            throw new RefusedException("There is nothing of " + scope + ".");
        }
        return found;
    }

    /** The services and organisations in a scope, without lookups. */
    public List<Scope> lists(Scope scope) {
        return in(scope).stream()
                .map(one -> new Scope(one.service(), one.organisation(), ""))
                .distinct()
                .toList();
    }

    private static void check(String asked, String what, Function<Scope, String> part, List<Scope> among) {
        if (!asked.isEmpty() && among.stream().map(part).noneMatch(asked::equals)) {
            throw new RefusedException("No " + what + " " + asked + " runs; there is "
                    + among.stream().map(part).distinct().sorted().collect(Collectors.joining(", ")) + ".");
        }
    }
}
