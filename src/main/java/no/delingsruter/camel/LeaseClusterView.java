package no.delingsruter.camel;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import no.delingsruter.support.ProcessEnd;
import no.delingsruter.work.Lease;
import org.apache.camel.Route;
import org.apache.camel.SuspendableService;
import org.apache.camel.cluster.CamelClusterEventListener;
import org.apache.camel.cluster.CamelClusterMember;
import org.apache.camel.support.cluster.AbstractCamelClusterView;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this instance leads in a namespace. It leads while it holds the lease. In order, it hands the lease over when the last exchange of
 * its {@code master:} routes has ended; when the lease is lost, such an exchange is broken off at its next step.
 */
final class LeaseClusterView extends AbstractCamelClusterView {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseClusterView.class);
    /** A route that is stopped releases its view before it stops its consumer. */
    private static final long CONSUMER_STOPS = TimeUnit.SECONDS.toNanos(1);

    private final Lease lease;
    private final Self self = new Self();
    private final List<CamelClusterEventListener.Leadership> listeners = new CopyOnWriteArrayList<>();
    private volatile long leadsUnder = Lease.NONE;
    private volatile boolean wanted;
    private volatile boolean left;
    private boolean ending;
    private long endsFrom;

    LeaseClusterView(LeaseClusterService service, String namespace, Lease lease) {
        super(service, namespace);
        this.lease = lease;
    }

    @Override
    protected void doStart() {
        wanted = true;
        lease.want(true);
    }

    @Override
    protected void doStop() {
        wanted = false;
        lease.want(false);
    }

    // No lock is held while a listener is told: a master: consumer that is stopped takes its own lock, then the view's

    @Override
    public void addEventListener(CamelClusterEventListener listener) {
        if (listener instanceof CamelClusterEventListener.Leadership leadership) {
            listeners.add(leadership);
        }
    }

    @Override
    public void removeEventListener(CamelClusterEventListener listener) {
        listeners.remove(listener);
    }

    private void tell(@Nullable CamelClusterMember leader) {
        listeners.forEach(listener -> listener.leadershipChanged(this, leader));
    }

    /** Begins to lead, or ends it, as the lease says. Of one thread. */
    void look() {
        try {
            if (leadsUnder == Lease.NONE) {
                if (wanted && !left) {
                    begin();
                }
            } else if (!lease.isValid(leadsUnder)) {
                end();
            } else if (ending) {
                if (System.nanoTime() - endsFrom >= 0 && inFlight() == 0) {
                    end();
                }
            } else if (!wanted || left || lease.epoch() == Lease.NONE) {
                ending = true;
                endsFrom = System.nanoTime() + (wanted ? 0 : CONSUMER_STOPS);
                consumers().forEach(SuspendableService::suspend);
            }
        } catch (Throwable e) {
            ProcessEnd.ifFatal(e);
            LOG.error("{}: its routes cannot be told whether this instance leads; tried again", getNamespace(), e);
        }
    }

    private void begin() {
        long epoch = lease.begin();
        if (epoch != Lease.NONE) {
            ending = false;
            leadsUnder = epoch;
            LOG.info("{}: this instance leads", getNamespace());
            tell(self);
        }
    }

    private void end() {
        leadsUnder = Lease.NONE;
        LOG.info("{}: this instance no longer leads", getNamespace());
        try {
            tell(null);
            if (ending) {
                consumers().forEach(SuspendableService::resume);
            }
        } finally {
            lease.end();
        }
    }

    private int inFlight() {
        return routes().mapToInt(
                        route -> getCamelContext().getInflightRepository().size(route.getRouteId()))
                .sum();
    }

    /** What {@code master:} consumes from stands still with its consumer, and an exchange that is under way goes on. */
    private Stream<SuspendableService> consumers() {
        return routes().map(Route::getConsumer)
                .filter(SuspendableService.class::isInstance)
                .map(SuspendableService.class::cast);
    }

    private Stream<Route> routes() {
        String own = "master:(//)?" + Pattern.quote(getNamespace()) + ":.*";
        return getCamelContext().getRoutes().stream()
                .filter(route -> route.getEndpoint().getEndpointUri().matches(own));
    }

    /** As {@link LeaseClusterService#leave}. */
    void leave() {
        left = true;
    }

    boolean leads() {
        return leadsUnder != Lease.NONE;
    }

    /** Nothing of it is under way any more, and nobody looks. */
    void stopped() {
        if (leads()) {
            leadsUnder = Lease.NONE;
            lease.end();
        }
    }

    /** Of the other instances only the store knows. */
    @Override
    public Optional<CamelClusterMember> getLeader() {
        return self.isLeader() ? Optional.of(self) : Optional.empty();
    }

    @Override
    public CamelClusterMember getLocalMember() {
        return self;
    }

    @Override
    public List<CamelClusterMember> getMembers() {
        return List.of(self);
    }

    private final class Self implements CamelClusterMember {
        @Override
        public boolean isLeader() {
            long epoch = leadsUnder;
            return epoch != Lease.NONE && lease.isValid(epoch);
        }

        @Override
        public boolean isLocal() {
            return true;
        }

        @Override
        public String getId() {
            return getClusterService().getId();
        }
    }
}
