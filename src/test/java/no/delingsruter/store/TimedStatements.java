package no.delingsruter.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Stands before a real JDBC driver for as long as it is open, and keeps the longest time that each statement has taken. */
public final class TimedStatements implements AutoCloseable {
    private final Driver real;
    private final Driver timed;
    private final Map<String, Long> longest = new ConcurrentHashMap<>();

    public TimedStatements(String url) throws SQLException {
        real = DriverManager.getDriver(url);
        DriverManager.deregisterDriver(real);
        timed = (Driver) Proxy.newProxyInstance(
                TimedStatements.class.getClassLoader(), new Class<?>[] {Driver.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("equals")) {
                        return proxy == arguments[0];
                    }
                    Object answer = call(real, method, arguments);
                    return answer instanceof Connection connection ? around(connection) : answer;
                });
        DriverManager.registerDriver(timed);
    }

    /** Forgets what was seen. */
    public void begin() {
        longest.clear();
    }

    /** In milliseconds, the slowest first. */
    public List<Map.Entry<String, Long>> slowest() {
        List<Map.Entry<String, Long>> all = new java.util.ArrayList<>(longest.entrySet());
        all.replaceAll(one -> Map.entry(one.getKey(), one.getValue() / 1_000_000));
        all.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
        return Collections.unmodifiableList(all);
    }

    private Connection around(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                TimedStatements.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    Object answer = call(connection, method, arguments);
                    return answer instanceof Statement statement
                            ? statement(statement, arguments != null && arguments[0] instanceof String sql ? sql : "")
                            : answer;
                });
    }

    private Object statement(Statement statement, String prepared) {
        return Proxy.newProxyInstance(
                TimedStatements.class.getClassLoader(),
                new Class<?>[] {statement instanceof PreparedStatement ? PreparedStatement.class : Statement.class},
                (proxy, method, arguments) -> {
                    if (!method.getName().startsWith("execute")) {
                        return call(statement, method, arguments);
                    }
                    long from = System.nanoTime();
                    try {
                        return call(statement, method, arguments);
                    } finally {
                        String sql = prepared.isEmpty() && arguments != null ? String.valueOf(arguments[0]) : prepared;
                        longest.merge(sql, System.nanoTime() - from, Math::max);
                    }
                });
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() throws SQLException {
        DriverManager.deregisterDriver(timed);
        DriverManager.registerDriver(real);
    }
}
