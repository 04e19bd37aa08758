package no.delingsruter.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Where results are written to: the store, in the transaction of the calling thread, or a database of their own. */
public record ResultDatabase(DataSource connections) {
    /** @param dataSource a {@link DataSource} */
    public static ResultDatabase of(Object dataSource) {
        return new ResultDatabase((DataSource) dataSource);
    }

    public void say(ResultStatement statement) throws SQLException {
        try (Connection connection = connections.getConnection();
                PreparedStatement prepared = connection.prepareStatement(statement.sql())) {
            Endings.set(prepared, statement.values().toArray());
            prepared.execute();
        }
    }
}
