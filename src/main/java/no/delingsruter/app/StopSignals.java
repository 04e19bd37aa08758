package no.delingsruter.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT end the process in order and with a code of our own: the JVM's would be 143 or 130, which supervisors take for a
 * failure. By reflection, for the JDK has no supported way to say so ({@code jdk.unsupported}, module of every JDK).
 */
final class StopSignals {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);

    private StopSignals() {}

    /** From now on; a JVM that does not allow it (such as with {@code -Xrs}) keeps its own codes. */
    static void endWith(int exitCode) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler end = (proxy, method, arguments) -> {
                System.exit(exitCode);
                return null;
            };
            Object ending = Proxy.newProxyInstance(StopSignals.class.getClassLoader(), new Class<?>[] {handler}, end);
            for (String name : new String[] {"TERM", "INT"}) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), ending);
            }
        } catch (ReflectiveOperationException e) {
            LOG.info("This JVM ends with its own code after a signal");
        }
    }
}
