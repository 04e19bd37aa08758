package no.delingsruter.delivery;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * camel-jdbc asks the driver for the number of parameters at every execution, which PostgreSQL's driver has to ask its server
 * for: as long a way as the statement itself. Here it is asked once for each statement.
 *
 * <p>Without it every delivery to PostgreSQL goes to the server and back twice for each statement ({@code figures.md}, 0 ms).
 */
public final class KnownParameterCounts extends DelegatingDataSource {
    private static final int MOST = 200;
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    public KnownParameterCounts(DataSource dataSource) {
        super(dataSource);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        return proxy(Connection.class, (self, method, arguments) -> {
            Object result = invoke(connection, method, arguments);
            return method.getName().equals("prepareStatement") && arguments.length == 1
                    ? statement((PreparedStatement) result, (String) arguments[0])
                    : result;
        });
    }

    private PreparedStatement statement(PreparedStatement statement, String sql) {
        return proxy(
                PreparedStatement.class,
                (self, method, arguments) -> method.getName().equals("getParameterMetaData")
                        ? parameters(statement, sql)
                        : invoke(statement, method, arguments));
    }

    private ParameterMetaData parameters(PreparedStatement statement, String sql) throws SQLException {
        Integer count = counts.get(sql);
        if (count == null) {
            count = statement.getParameterMetaData().getParameterCount();
            if (counts.size() < MOST) {
                counts.put(sql, count);
            }
        }
        int known = count;
        return proxy(
                ParameterMetaData.class,
                (self, method, arguments) -> method.getName().equals("getParameterCount")
                        ? known
                        : invoke(statement.getParameterMetaData(), method, arguments));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(KnownParameterCounts.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
