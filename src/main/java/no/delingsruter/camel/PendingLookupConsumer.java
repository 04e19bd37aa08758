package no.delingsruter.camel;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.LookupKey;
import no.delingsruter.observation.Activity;
import no.delingsruter.observation.Spans;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.support.ProcessEnd;
import no.delingsruter.support.SteadyClock;
import no.delingsruter.work.Lane;
import no.delingsruter.work.LookupExecution;
import no.delingsruter.work.LookupRoute;
import no.delingsruter.work.PageNotifier;
import no.delingsruter.work.PendingLookups;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes due lookups from the store, in event order, and runs an exchange for each: several at once, never two of one key.
 * One thread reads ahead for all organisations; what it holds is bounded.
 */
public final class PendingLookupConsumer extends DefaultConsumer implements Suspendable, LookupRoute {
    /** Without news, the store is asked this often: another process (an operator's replay) may have written to it. */
    private static final Duration IDLE = Duration.ofSeconds(2);

    private static final int END_SECONDS = 2;
    private static final Logger LOG = LoggerFactory.getLogger(PendingLookupConsumer.class);

    private final PendingLookupEndpoint endpoint;
    private final Spans spans;
    private final PageNotifier.Listener wake = new News();
    private ExecutorService threads;
    private List<Lane> lanes = List.of();
    private @Nullable Activity reading;
    private boolean woken;
    private volatile boolean running;

    PendingLookupConsumer(PendingLookupEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.spans = InstalledParts.of(endpoint.getCamelContext()).spans();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        PendingLookups shared = endpoint.shared();
        if (!shared.runs(endpoint.getService(), endpoint.getLookup())) {
            return;
        }
        running = true;
        threads = endpoint.getCamelContext()
                .getExecutorServiceManager()
                .newCachedThreadPool(this, "pending-lookup-" + endpoint.getLookup());
        lanes = shared.organisations().apply(endpoint.getService()).stream()
                .map(organisation ->
                        new Lane(this, shared, endpoint.getService(), endpoint.getLookup(), organisation, threads))
                .toList();
        shared.arrivals().listen(wake);
        reading = shared.alerts()
                .watch("Reading of pending lookups " + endpoint.getLookup(), () -> threads.execute(this::readAhead));
        threads.execute(this::readAhead);
    }

    @Override
    protected void doSuspend() throws Exception {
        stopTaking();
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        doStart();
        super.doResume();
    }

    @Override
    protected void doStop() throws Exception {
        stopTaking();
        if (threads != null) {
            threads.shutdown();
            // Camel has waited for exchanges already; this is for their transactions. What takes longer stays pending,
            // for
            // its transaction cannot be committed any more. Never interrupted: that would close the file under H2
            threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
            threads = null;
        }
        super.doStop();
    }

    private void stopTaking() {
        running = false;
        endpoint.shared().arrivals().forget(wake);
        lanes.forEach(Lane::stop);
        if (reading != null) {
            reading.rests();
        }
        wake();
    }

    private final class News implements PageNotifier.Listener {
        @Override
        public void arrived(String service, String organisation, Collection<LookupKey> keys) {
            lanes(service, organisation, lane -> lane.news(keys));
        }

        @Override
        public void erased(String service, String organisation, Collection<String> identifikatorer) {
            lanes(service, organisation, lane -> lane.erased(identifikatorer));
        }

        private void lanes(String service, String organisation, Consumer<Lane> what) {
            if (service.equals(endpoint.getService())) {
                lanes.stream()
                        .filter(lane -> lane.organisation().equals(organisation))
                        .forEach(what);
                wake();
            }
        }
    }

    @Override
    public void wake() {
        synchronized (wake) {
            woken = true;
            wake.notifyAll();
        }
    }

    @Override
    public void run(LookupExecution execution) throws Exception {
        Exchange exchange = createExchange(false);
        try (Spans.Span span = spans.begins("lookup " + endpoint.getLookup(), false)) {
            try {
                run(execution, exchange);
                span.put(Spans.OUTCOME, execution.done().text());
            } catch (Exception e) {
                span.failed(CallFailedException.kind(e));
                throw e;
            } finally {
                LookupKey key = execution.lookup().key();
                span.put(Spans.SERVICE, key.service())
                        .put(Spans.ORGANISATION, key.organisation())
                        .put(Spans.LOOKUP, key.lookup());
                Call.tell(exchange, span);
            }
        } finally {
            releaseExchange(exchange, false);
        }
    }

    private void run(LookupExecution execution, Exchange exchange) throws Exception {
        exchange.setProperty(LookupExecution.PROPERTY, execution);
        exchange.getMessage().setBody(execution.event());
        getProcessor().process(exchange);
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
        if (exchange.getProperty(RouteSteps.TAKEN, false, boolean.class)) {
            execution.writeNow();
            execution.take();
        }
        execution.ended();
    }

    private void readAhead() {
        Activity activity = Objects.requireNonNull(reading);
        try {
            Instant next = SteadyClock.now();
            while (running && await(next)) {
                next = SteadyClock.now().plus(IDLE);
                Activity.Piece piece = activity.begins();
                try {
                    boolean read = false;
                    for (Lane lane : lanes) {
                        read |= read(lane);
                    }
                    if (read) {
                        // Once for all: a lane must not wait for the others one after another
                        endpoint.shared().awaitRows();
                    }
                    for (Lane lane : lanes) {
                        Instant due = fill(lane);
                        next = due.isBefore(next) ? due : next;
                    }
                } finally {
                    piece.ends();
                }
                if (running) {
                    activity.waits(SteadyClock.until(next));
                }
            }
        } finally {
            if (running) {
                activity.gone();
            }
        }
    }

    private static boolean read(Lane lane) {
        try {
            return lane.read();
        } catch (Throwable e) {
            return failed(lane, e) == null;
        }
    }

    /** One lane's fault must not end the reading for all. */
    private static Instant failed(Lane lane, Throwable e) {
        ProcessEnd.ifFatal(e);
        LOG.error("The lookups of {} cannot be started; tried again", lane.organisation(), e);
        return SteadyClock.now().plusSeconds(1);
    }

    private static Instant fill(Lane lane) {
        try {
            return lane.fill();
        } catch (Throwable e) {
            return failed(lane, e);
        }
    }

    /** @return false when the thread is to end */
    private boolean await(Instant until) {
        synchronized (wake) {
            try {
                long millis = SteadyClock.until(until).toMillis() + 1;
                while (running && !woken && millis > 0) {
                    wake.wait(millis);
                    millis = SteadyClock.until(until).toMillis() + 1;
                }
                woken = false;
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
