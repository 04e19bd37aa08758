package no.delingsruter.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HeaderParametersTest {
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final AtomicInteger asked = new AtomicInteger();

    @BeforeEach
    void start() throws Exception {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setUrl("jdbc:h2:mem:parameters;DB_CLOSE_DELAY=-1");
        camel.getRegistry().bind("database", new KnownParameterCounts(counting(h2)));
        camel.getRegistry().bind("headerParameters", new HeaderParameters());
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:sql")
                        .to(
                                "jdbc:database?useHeadersAsParameters=true&prepareStatementStrategy=#bean:headerParameters");
            }
        });
        camel.start();
        run("drop table if exists person");
        run("create table person (id bigint, name varchar, seen boolean)");
        asked.set(0);
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    /** Counts how often the driver is asked for the parameters of a statement. */
    private DataSource counting(DataSource real) {
        return (DataSource) proxy(
                DataSource.class,
                real,
                (name, result) -> result instanceof Connection connection
                        ? proxy(
                                Connection.class,
                                connection,
                                (inner, made) -> made instanceof PreparedStatement statement
                                        ? proxy(PreparedStatement.class, statement, (method, answer) -> {
                                            if (method.equals("getParameterMetaData")) {
                                                asked.incrementAndGet();
                                            }
                                            return answer;
                                        })
                                        : made)
                        : result);
    }

    private interface After {
        Object of(String method, Object result);
    }

    private static Object proxy(Class<?> type, Object real, After after) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
            try {
                return after.of(method.getName(), method.invoke(real, arguments));
            } catch (java.lang.reflect.InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    private Object run(String sql, Object... headers) {
        Map<String, Object> all = new java.util.HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            all.put((String) headers[i], headers[i + 1]);
        }
        return camel.createProducerTemplate().requestBodyAndHeaders("direct:sql", sql, all);
    }

    @Test
    @DisplayName("Parameters are taken from the headers of their names, as often as they are named, null included")
    void byName() {
        String insert =
                "insert into person (id, name, seen) select cast(:?id as bigint), cast(:?name as varchar), :?seen where not exists"
                        + " (select 1 from person where id = :?id)";
        run(insert, "id", 1, "name", "Kari's :? and ?", "seen", true);
        run(insert, "id", 1, "name", "again", "seen", true);
        run(insert, "id", 2, "name", null, "seen", false);
        Object rows = run("select name from person order by id");
        assertEquals(
                List.of("Kari's :? and ?", "null"),
                ((List<?>) rows)
                        .stream()
                                .map(row -> String.valueOf(((Map<?, ?>) row).get("NAME")))
                                .toList());
    }

    @Test
    @DisplayName("The driver is asked for the parameters of a statement once")
    void askedOnce() {
        for (int i = 0; i < 5; i++) {
            run("insert into person (id) values (:?id)", "id", i);
        }
        assertEquals(1, asked.get());
    }

    @Test
    @DisplayName("A map of parameters goes before the headers, as in Camel")
    void asInCamel() {
        run(
                "insert into person (id, name) values (:?id, :?name)",
                "CamelJdbcParameters",
                Map.of("id", 8, "name", "y"),
                "id",
                1,
                "name",
                "z");
        Object rows = run("select id from person order by id");
        assertEquals(
                List.of(8L),
                ((List<?>) rows)
                        .stream().map(row -> ((Map<?, ?>) row).get("ID")).toList());
    }

    @Test
    @DisplayName("A missing header fails, and does not become null")
    void missing() {
        RuntimeException failure =
                assertThrows(RuntimeException.class, () -> run("insert into person (id) values (:?id)", "name", "x"));
        assertNotNull(failure.getCause());
        assertTrue(failure.getCause().getMessage().contains("id"), failure.getCause()::getMessage);
    }
}
