package no.delingsruter.camel;

import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicBoolean;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.LatchedActivity;
import no.delingsruter.work.Leases;
import org.apache.camel.cluster.CamelClusterEventListener;
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
