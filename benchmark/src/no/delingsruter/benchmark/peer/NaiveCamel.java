package no.delingsruter.benchmark.peer;

import java.sql.Connection;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.main.Main;
import org.h2.jdbcx.JdbcConnectionPool;

/** What one would write instead, with Camel: benchmark/naive.camel.yaml, with a token, a pool of five threads and H2 as it comes. */
public final class NaiveCamel {
    private NaiveCamel() {}

    public static void main(String... args) throws Exception {
        JdbcConnectionPool database = JdbcConnectionPool.create(System.getProperty("store"), "sa", "");
        try (Connection connection = database.getConnection()) {
            connection
                    .createStatement()
                    .execute(
                            "create table result (identifikator varchar(11), gjelder_periode varchar(7), payload varchar)");
        }
        ExecutorService five = Executors.newFixedThreadPool(5);
        Main main = new Main();
        main.bind("database", database);
        main.bind("five", five);
        main.bind("api", new Api());
        main.addInitialProperty("camel.variable.next", System.getProperty("start"));
        main.configure().withRoutesIncludePattern("file:benchmark/naive.camel.yaml");
        main.run();
    }
}
