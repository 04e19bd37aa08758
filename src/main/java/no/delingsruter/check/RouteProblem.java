package no.delingsruter.check;

import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;
import no.delingsruter.configuration.ConfigurationException;
import org.jspecify.annotations.Nullable;

/**
 * What cannot work in a route file.
 *
 * @param file  null when no file is at fault
 * @param line  from 1; 0 where it is not known
 * @param route id; null where no single route is at fault
 * @param what  one sentence: what is wrong, and the cure where there is one
 */
public record RouteProblem(
        @Nullable Path file, int line, @Nullable String route, String what) {
    @Override
    public String toString() {
        String place = file == null ? "" : file + (line > 0 ? ":" + line : "");
        String where = route == null ? place : place + (place.isEmpty() ? "route " : ", route ") + route;
        return where.isEmpty() ? what : where + ": " + what;
    }

    /** @throws ConfigurationException with a line for each problem, if there are any */
    public static void refuse(Collection<RouteProblem> problems) {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(
                    problems.stream().map(RouteProblem::toString).collect(Collectors.joining("\n")));
        }
    }
}
