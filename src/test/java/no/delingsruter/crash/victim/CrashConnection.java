package no.delingsruter.crash.victim;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection with crash points: before and after each statement that writes, and before and after each commit. */
final class CrashConnection implements InvocationHandler {
    private static final Pattern WRITES = Pattern.compile(
            "\\s*(insert\\s+into|update|delete\\s+from|merge\\s+into|create\\s+table|create\\s+index)"
                    + "\\s+(?:if\\s+not\\s+exists\\s+)?(\\w+)",
            Pattern.CASE_INSENSITIVE);
    /** Of several rows: a page, or a group of results. */
    private static final String TOGETHER = " together";

    private final Connection real;
    /** The thread of {@link no.delingsruter.store.h2.Checkpointer}, which brings what is committed to the embedded store's file. */
    private static final String WRITER = "store-writer";

    private static final long LONGEST_INTO_WRITING_NANOS = 10_000_000;
    /** What the transaction has written so far; a commit is named by it. */
    private final Set<String> written = new TreeSet<>();

    private CrashConnection(Connection real) {
        this.real = real;
    }

    static Connection around(Connection real) {
        return (Connection) Proxy.newProxyInstance(
                CrashConnection.class.getClassLoader(), new Class<?>[] {Connection.class}, new CrashConnection(real));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        switch (method.getName()) {
            case "commit" -> {
                String name = "commit of " + (written.isEmpty() ? "nothing" : String.join("+", written));
                written.clear();
                CrashPoint.reach("before " + name);
                Object result = call(real, method, arguments);
                CrashPoint.reach("after " + name);
                return result;
            }
            case "rollback" -> {
                written.clear();
                return call(real, method, arguments);
            }
            case "unwrap" -> {
                if (Thread.currentThread().getName().equals(WRITER)) {
                    CrashPoint.reach("before write file");
                    whileWriting();
                }
                return call(real, method, arguments);
            }
            case "prepareStatement", "prepareCall", "createStatement" -> {
                Object statement = call(real, method, arguments);
                return statement(statement, point(arguments));
            }
            default -> {
                return call(real, method, arguments);
            }
        }
    }

    /** The writing goes on until the kill comes. */
    private static void whileWriting() {
        Thread beside = new Thread(() -> {
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_INTO_WRITING_NANOS));
            CrashPoint.reach("while writing file");
        });
        beside.setDaemon(true);
        beside.start();
    }

    private Object statement(Object statement, String prepared) {
        Class<?> kind = statement instanceof CallableStatement
                ? CallableStatement.class
                : statement instanceof PreparedStatement ? PreparedStatement.class : Statement.class;
        int[] batch = {0};
        return Proxy.newProxyInstance(
                CrashConnection.class.getClassLoader(), new Class<?>[] {kind}, (proxy, method, arguments) -> {
                    batch[0] += method.getName().equals("addBatch") ? 1 : 0;
                    String point = !method.getName().startsWith("execute")
                            ? null
                            : prepared == null ? point(arguments) : batch[0] > 1 ? prepared + TOGETHER : prepared;
                    if (point == null) {
                        return call(statement, method, arguments);
                    }
                    batch[0] = 0;
                    CrashPoint.reach("before " + point);
                    Object result = call(statement, method, arguments);
                    written.add(point.substring(point.indexOf(' ') + 1));
                    CrashPoint.reach("after " + point);
                    return result;
                });
    }

    /** Such as {@code insert pending_lookup}; null when no statement is given, or one that writes nothing. */
    private static String point(Object[] arguments) {
        if (arguments == null || arguments.length == 0 || !(arguments[0] instanceof String sql)) {
            return null;
        }
        Matcher matcher = WRITES.matcher(sql);
        return matcher.lookingAt()
                ? (matcher.group(1).split("\\s+", 2)[0] + " " + matcher.group(2)).toLowerCase(Locale.ROOT)
                : null;
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
