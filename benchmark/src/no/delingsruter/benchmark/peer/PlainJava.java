package no.delingsruter.benchmark.peer;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * What one would write instead, without Camel: the bare client and one JDBC insert per result into H2 as it comes. No recovery: what was
 * read of the list is kept in memory, and what fails is lost.
 */
public final class PlainJava {
    private PlainJava() {}

    public static void main(String... args) throws Exception {
        Api api = new Api();
        String store = System.getProperty("store");
        try (Connection connection = DriverManager.getConnection(store, "sa", "")) {
            connection
                    .createStatement()
                    .execute(
                            "create table result (identifikator varchar(11), gjelder_periode varchar(7), payload varchar)");
        }
        new Follower(api).follow(() -> {
            PreparedStatement insert = insert(store);
            return event -> {
                byte[] payload = api.lookup(event);
                insert.setString(1, event.identifikator());
                insert.setString(2, event.gjelderPeriode());
                insert.setString(3, new String(payload, StandardCharsets.UTF_8));
                insert.executeUpdate();
            };
        });
    }

    private static PreparedStatement insert(String store) {
        try {
            return DriverManager.getConnection(store, "sa", "").prepareStatement("insert into result values (?, ?, ?)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
