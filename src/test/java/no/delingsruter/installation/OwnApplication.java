package no.delingsruter.installation;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import no.delingsruter.configuration.Settings;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.errorhandler.DeadLetterChannelDefinition;

/**
 * An application of somebody's own, with a Camel context for each folder that it is given and an installation in each. It has
 * an error handler, a bean and a route of its own, and ends when nothing is pending any more.
 */
public final class OwnApplication {
    private static final long PATIENCE_MILLIS = 120_000;

    private OwnApplication() {}

    public static void main(String[] arguments) throws Exception {
        long until = System.currentTimeMillis() + PATIENCE_MILLIS;
        Map<CamelContext, Installation> running = new LinkedHashMap<>();
        long last = Long.parseLong(arguments[0]);
        for (int i = 1; i < arguments.length; i++) {
            Path folder = Path.of(arguments[i]);
            CamelContext camel = new DefaultCamelContext();
            camel.getCamelContextExtension().setErrorHandlerFactory(new DeadLetterChannelDefinition("seda:dead"));
            camel.getRegistry().bind("database", "the application's own");
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:own").throwException(new IllegalStateException("not today"));
                }
            });
            Settings settings = Settings.load(folder.resolve("config"), null, Map.of(), System.getProperties());
            running.put(camel, Installation.start(camel, settings, folder.resolve("routes")));
            camel.start();
        }
        for (Map.Entry<CamelContext, Installation> one : running.entrySet()) {
            while (one.getValue().store().checkpoint("inntekt", "self").orElse(0) < last
                    || one.getValue().pending("inntekt", "self") > 0) {
                if (System.currentTimeMillis() > until) {
                    throw new IllegalStateException("not done in time");
                }
                Thread.sleep(50);
            }
            CamelContext camel = one.getKey();
            hold("the application's own".equals(camel.getRegistry().lookupByName("database")), "its bean is kept");
            hold(
                    camel.getCamelContextExtension().getErrorHandlerFactory() instanceof DeadLetterChannelDefinition,
                    "its error handler is kept");
            camel.createProducerTemplate().sendBody("direct:own", "a message");
            hold(dead(camel) == 1, "its own failure, and no other, is in its dead letter channel: " + dead(camel));
        }
        hold(Thread.getDefaultUncaughtExceptionHandler() == null, "no handler of the JVM's is set");
        hold(
                new Properties(System.getProperties()).getProperty("log4j2.logEventFactory") == null,
                "the log is its own");
        for (CamelContext camel : running.keySet()) {
            camel.stop();
        }
        System.out.println("done");
    }

    private static int dead(CamelContext camel) {
        return camel.getEndpoint("seda:dead", org.apache.camel.component.seda.SedaEndpoint.class)
                .getExchanges()
                .size();
    }

    private static void hold(boolean kept, String what) {
        if (!kept) {
            throw new IllegalStateException("Not kept: " + what);
        }
    }
}
