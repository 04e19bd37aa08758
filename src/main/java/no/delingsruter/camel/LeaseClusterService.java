package no.delingsruter.camel;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import no.delingsruter.observation.Activity;
import no.delingsruter.observation.Alerts;
import no.delingsruter.work.Leases;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.support.cluster.AbstractCamelClusterService;
import org.apache.camel.support.task.Tasks;
import org.apache.camel.support.task.budget.Budgets;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;

/**
 * Elects a leader among the instances on one store by a lease, for {@code master:} routes of a user. Where one process alone works on the
 * store, it leads.
 */
public final class LeaseClusterService extends AbstractCamelClusterService<LeaseClusterView> {
    private static final long LOOK_MILLIS = 50;

    private final Leases leases;
    private final Queue<LeaseClusterView> views = new ConcurrentLinkedQueue<>();
    private final Activity activity;
    private @Nullable ScheduledExecutorService looking;

    /** @param instance its name, which is the service's id */
    public LeaseClusterService(String instance, Leases leases, Alerts alerts) {
        super(instance);
        this.leases = leases;
        this.activity = alerts.watch("Leadership of master: routes");
    }

    @Override
    protected LeaseClusterView createView(String namespace) {
        LeaseClusterView view = new LeaseClusterView(this, namespace, leases.ofLeader(namespace));
        views.add(view);
        return view;
    }

    @Override
    protected void doStart() throws Exception {
        ObjectHelper.notNull(getCamelContext(), "camelContext");
        looking = getCamelContext().getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "lease-leader");
        var unused = looking.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        super.doStart();
    }

    private void look() {
        Activity.Piece piece = activity.begins();
        try {
            views.forEach(LeaseClusterView::look);
        } finally {
            piece.ends();
        }
    }

    /** Gives up what it leads, and waits for what is under way: a route that is stopped would break it off. */
    public void leave() {
        views.forEach(LeaseClusterView::leave);
        ShutdownStrategy stop = getCamelContext().getShutdownStrategy();
        // The routes need time to stop, too
        BooleanSupplier none = () -> views.stream().noneMatch(LeaseClusterView::leads);
        Tasks.foregroundTask()
                .withBudget(Budgets.iterationTimeBudget()
                        .withInterval(Duration.ofMillis(LOOK_MILLIS))
                        .withMaxDuration(Duration.ofMillis(stop.getTimeUnit().toMillis(stop.getTimeout()) / 2))
                        .build())
                .build()
                .run(getCamelContext(), none);
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        if (looking != null && getCamelContext() != null) {
            getCamelContext().getExecutorServiceManager().shutdownNow(looking);
        }
        // The routes have ended before
        views.forEach(LeaseClusterView::stopped);
    }
}
