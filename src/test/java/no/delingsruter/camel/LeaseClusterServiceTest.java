package no.delingsruter.camel;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.LatchedActivity;
import no.delingsruter.work.Leases;
import org.apache.camel.cluster.CamelClusterEventListener;
import org.apache.camel.cluster.CamelClusterView;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The election of a leader for routes of a user")
class LeaseClusterServiceTest {
    private final Alerts alerts = new Alerts();
    private final LeaseClusterService service = new LeaseClusterService("one", Leases.ALONE, alerts);

    @Test
    @DisplayName("I16: an Error of one route's listener does not end it for the others")
    void errorOfAListener() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.addService(service);
            AtomicBoolean told = new AtomicBoolean();
            service.getView("broken").addEventListener((CamelClusterEventListener.Leadership) (view, leader) -> {
                told.set(true);
                throw new AssertionError("of a user");
            });
            camel.start();
            await().untilTrue(told);
            AtomicBoolean leads = new AtomicBoolean();
            service.getView("other")
                    .addEventListener((CamelClusterEventListener.Leadership) (view, leader) -> leads.set(true));
            await().untilTrue(leads);
        }
    }

    @Test
    @DisplayName("I16: a route that is stopped while it is told who leads is stopped: neither waits for the other")
    void stoppedWhileTold() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.addService(service);
            CountDownLatch told = new CountDownLatch(1);
            CountDownLatch removed = new CountDownLatch(1);
            AtomicBoolean inTime = new AtomicBoolean();
            CamelClusterEventListener.Leadership listener = (view, leader) -> {
                told.countDown();
                try {
                    inTime.set(inTime.get() || removed.await(5, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            };
            CamelClusterView view = service.getView("namespace");
            view.addEventListener(listener);
            camel.start();
            assertTrue(told.await(10, TimeUnit.SECONDS));
            view.removeEventListener(listener);
            removed.countDown();
            await().untilTrue(inTime);
        }
    }

    @Test
    @DisplayName("I16, null control: who leads stands still at a latch that no code knows of, and is found by its name")
    void latched() throws Exception {
        LatchedActivity latch = new LatchedActivity();
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.addService(service);
            service.getView("namespace")
                    .addEventListener((CamelClusterEventListener.Leadership) (view, leader) -> latch.stand());
            latch.isFound(alerts, "Leadership of master: routes", camel::start);
        }
    }
}
