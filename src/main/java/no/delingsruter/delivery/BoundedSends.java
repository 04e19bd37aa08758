package no.delingsruter.delivery;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.Session;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import no.delingsruter.support.Daemons;
import org.apache.camel.util.TimeUtils;
import org.springframework.util.ClassUtils;

/**
 * A connection factory of any JMS provider whose sends come to an end: a broker whose address is full and whose policy is to block takes
 * a message when there is room, be it never (Artemis, "Paging and flow control": address-full-policy BLOCK).
 */
public final class BoundedSends implements ConnectionFactory {
    private ConnectionFactory factory;
    private Supplier<String> user = () -> "";
    private Supplier<String> password = () -> "";
    private Duration longest = Duration.ofSeconds(10);
    private final ScheduledThreadPoolExecutor timers =
            new ScheduledThreadPoolExecutor(1, Daemons.named("delingsruter-jms-timeout"));

    public BoundedSends() {
        timers.setRemoveOnCancelPolicy(true);
    }

    public void setConnectionFactory(ConnectionFactory factory) {
        this.factory = factory;
    }

    /** @param text how long the broker may take to accept a message, such as {@code 10s}; as in all of our keys, a number alone is seconds */
    public void setSendTimeout(String text) {
        longest = TimeUtils.toDuration(text.matches("\\d+") ? text + "s" : text);
    }

    /** @param user of the broker, whenever a connection is opened; empty for what the factory itself has */
    public void setUser(Supplier<String> user) {
        this.user = user;
    }

    /** @param password of that user, which may be rotated while the job runs */
    public void setPassword(Supplier<String> password) {
        this.password = password;
    }

    @Override
    public Connection createConnection() throws JMSException {
        String now = user.get();
        return bounded(now.isEmpty() ? factory.createConnection() : factory.createConnection(now, password.get()));
    }

    @Override
    public Connection createConnection(String user, String password) throws JMSException {
        return bounded(factory.createConnection(user, password));
    }

    @Override
    public JMSContext createContext() {
        return factory.createContext();
    }

    @Override
    public JMSContext createContext(String user, String password) {
        return factory.createContext(user, password);
    }

    @Override
    public JMSContext createContext(String user, String password, int mode) {
        return factory.createContext(user, password, mode);
    }

    @Override
    public JMSContext createContext(int mode) {
        return factory.createContext(mode);
    }

    /** The connection, its sessions and their producers. */
    @SuppressWarnings("unchecked")
    private <T> T bounded(T target) {
        return (T) Proxy.newProxyInstance(
                BoundedSends.class.getClassLoader(), ClassUtils.getAllInterfaces(target), (self, method, arguments) -> {
                    Object result = target instanceof MessageProducer
                                    && method.getName().equals("send")
                            ? send(target, method, arguments)
                            : invoke(target, method, arguments);
                    return result instanceof Session || result instanceof MessageProducer ? bounded(result) : result;
                });
    }

    private Object send(Object producer, Method method, Object[] arguments) throws Throwable {
        Sending sending = new Sending();
        Future<?> timer = timers.schedule(sending::giveUp, longest.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return invoke(producer, method, arguments);
        } catch (Throwable e) {
            if (sending.ends()) {
                throw new ResourceAllocationException("the broker has not taken the message within jms.send-timeout ("
                        + longest.toSeconds() + " s); is its address or its disk full?");
            }
            throw e;
        } finally {
            sending.ends();
            timer.cancel(false);
        }
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static final class Sending {
        private final Thread sender = Thread.currentThread();
        private boolean ended;
        private boolean givenUp;

        synchronized void giveUp() {
            if (!ended) {
                givenUp = true;
                sender.interrupt();
            }
        }

        /** @return whether it has been given up */
        @SuppressWarnings("unused") // the interruption is ours, and has done what it was for
        synchronized boolean ends() {
            if (!ended && givenUp) {
                boolean unused = Thread.interrupted();
            }
            ended = true;
            return givenUp;
        }
    }
}
