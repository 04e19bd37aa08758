package no.delingsruter.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a result has the store write.
 *
 * @param name   of the statement, for people
 * @param sql    with a question mark for each value
 * @param values of the result: never in a log
 */
public record ResultStatement(String name, String sql, List<@Nullable Object> values) {
    @Override
    public String toString() {
        return "statement " + name;
    }
}
