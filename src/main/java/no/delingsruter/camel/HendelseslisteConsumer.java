package no.delingsruter.camel;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.logging.Logging;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.Page;
import no.delingsruter.observation.Activity;
import no.delingsruter.observation.Alerts;
import no.delingsruter.observation.Spans;
import no.delingsruter.observation.Statistics;
import no.delingsruter.skatteetaten.Call;
import no.delingsruter.skatteetaten.list.EventList;
import no.delingsruter.skatteetaten.list.PageCommits;
import no.delingsruter.store.StoreException;
import no.delingsruter.work.BackfillPage;
import no.delingsruter.work.LaneStates;
import no.delingsruter.work.Lease;
import no.delingsruter.work.Leases;
import no.delingsruter.work.ListRoutes;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls one event list, for each organisation one call at a time. */
public final class HendelseslisteConsumer extends DefaultConsumer implements Suspendable, ListRoutes.ListRoute {
    private static final Logger LOG = LoggerFactory.getLogger(HendelseslisteConsumer.class);
    private static final int THREADS = 8;
    private static final int END_SECONDS = 2;
    private static final Duration UNTIL_OWNED = Duration.ofMillis(250);
    private static final Duration UNTIL_ALLOWED = Duration.ofMillis(250);

    private final String service;
    private final List<String> organisations;
    private final Duration interval;
    private final Alerts alerts;
    private final Leases leases;
    private final LaneStates states;
    private final ListRoutes lists;
    private final Spans spans;
    private volatile ScheduledThreadPoolExecutor threads;
    private ExecutorService committing;
    private List<Poll> polls = List.of();

    HendelseslisteConsumer(
            HendelseslisteEndpoint endpoint,
            Processor processor,
            String service,
            List<String> organisations,
            Duration interval,
            Alerts alerts,
            Leases leases,
            LaneStates states,
            ListRoutes lists,
            Spans spans) {
        super(endpoint, processor);
        this.service = service;
        this.organisations = organisations;
        this.interval = interval;
        this.alerts = alerts;
        this.leases = leases;
        this.states = states;
        this.lists = lists;
        this.spans = spans;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        begin();
    }

    @Override
    protected void doSuspend() throws Exception {
        end();
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        begin();
        super.doResume();
    }

    /** Camel suspends a route that is to be removed, though it has been stopped. */
    private void end() {
        if (threads == null) {
            return;
        }
        threads.shutdown();
        lists.remove(service, this);
        polls.forEach(poll -> poll.activity.rests());
    }

    private void begin() {
        if (committing == null) {
            committing = getEndpoint()
                    .getCamelContext()
                    .getExecutorServiceManager()
                    .newCachedThreadPool(this, "hendelsesliste-commit-" + service);
        }
        threads = new ScheduledThreadPoolExecutor(
                Math.min(THREADS, organisations.size()),
                new CamelThreadFactory(
                        getEndpoint()
                                .getCamelContext()
                                .getExecutorServiceManager()
                                .getThreadNamePattern(),
                        "hendelsesliste-" + service,
                        true));
        threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        polls = organisations.stream()
                .map(organisation -> new Poll(organisation, threads))
                .toList();
        polls.forEach(threads::execute);
        lists.add(service, this);
    }

    @Override
    public long first(String organisation, String start) {
        return ask(organisation, EventList.FIRST, start, Long.class);
    }

    @Override
    public void page(String organisation, BackfillPage page) {
        ask(organisation, EventList.BACKFILL, page, BackfillPage.class);
    }

    /** What an operator asks of the list takes the route that it is followed by. */
    private <T> T ask(String organisation, String property, Object what, Class<T> answer) {
        Exchange exchange = createExchange(false);
        try {
            exchange.setProperty(EventList.ORGANISATION, organisation);
            exchange.setProperty(property, what);
            getProcessor().process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            return exchange.getProperty(property, answer);
        } catch (CallFailedException | ConfigurationException e) {
            throw e;
        } catch (Exception e) {
            throw new CallFailedException(CallFailedException.Kind.BUSY, Logging.cause(e), null, null);
        } finally {
            releaseExchange(exchange, false);
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (threads != null) {
            end();
            // Camel has waited for the exchange already. Never interrupted: that would close the file under H2; a page
            // that comes
            // too late is not stored, and read again
            threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
            threads = null;
            committing.shutdown();
            committing.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
            committing = null;
        }
        super.doStop();
    }

    private final class Poll implements Runnable {
        private final String organisation;
        private final String name;
        private final ScheduledExecutorService executor;
        private final PageCommits commits = new PageCommits(committing);
        private final Activity activity;
        private final Lease lease;
        private long epoch = Lease.NONE;
        private final ListFailures failures;

        Poll(String organisation, ScheduledExecutorService executor) {
            this.organisation = organisation;
            this.executor = executor;
            this.name = "Event list of " + new Statistics.Id(service, organisation);
            this.activity = alerts.watch(name);
            this.lease = leases.of(service, organisation);
            this.failures = new ListFailures(name, interval, alerts);
        }

        @Override
        public void run() {
            if (!states.reads(service, organisation)) {
                setAside();
                again(UNTIL_ALLOWED);
                return;
            }
            states.reading(service, organisation, true);
            long begun = lease.begin();
            if (begun == Lease.NONE) {
                activity.rests();
                again(UNTIL_OWNED);
                return;
            }
            Duration pause = interval;
            Activity.Piece piece = activity.begins();
            try {
                if (begun != epoch) {
                    // Another instance may have read on meanwhile
                    commits.settle();
                    epoch = begun;
                }
                pause = poll();
            } catch (Throwable e) {
                // What failed was the telling of a failure: the log is the only place left
                LOG.warn("{}: a failure could not be handled ({}); tried again", name, StoreException.kind(e));
            } finally {
                piece.ends();
                lease.end();
            }
            if (!pause.isZero()) {
                // What is stored while the next page is read comes before a next page
                states.reading(service, organisation, false);
            }
            activity.waits(pause);
            again(pause);
        }

        /** An operator wants it to stand still; what has been read is stored, and the position may be another one afterwards. */
        private void setAside() {
            commits.settle();
            states.reading(service, organisation, false);
            activity.rests();
            alerts.ends(name, "is paused or stopped by an operator");
        }

        private void again(Duration pause) {
            if (!executor.isShutdown() && isRunAllowed()) {
                var unused = executor.schedule(this, Math.max(0, pause.toMillis()), TimeUnit.MILLISECONDS);
            }
        }

        private Duration poll() {
            Exchange exchange = createExchange(false);
            try {
                exchange.setProperty(EventList.ORGANISATION, organisation);
                commits.attachTo(exchange);
                process(exchange);
                if (exchange.getException() != null) {
                    return failed(exchange.getException());
                }
                failures.end();
                return exchange.getProperty(EventList.MORE, false, boolean.class) ? Duration.ZERO : interval;
            } catch (Throwable e) {
                // An Error too: a list that is not polled again would stand still in silence
                return failed(e);
            } finally {
                releaseExchange(exchange, false);
            }
        }

        private void process(Exchange exchange) throws Exception {
            try (Spans.Span span = spans.begins("poll " + service, false)) {
                span.put(Spans.SERVICE, service).put(Spans.ORGANISATION, organisation);
                getProcessor().process(exchange);
                Call.tell(exchange, span);
                Page page = exchange.getProperty(Page.PROPERTY, Page.class);
                long events = page == null ? 0 : page.size();
                if (exchange.getException() == null) {
                    span.put(Spans.EVENTS, events).put(Spans.OUTCOME, events == 0 ? "empty" : "events");
                } else {
                    span.failed(CallFailedException.kind(exchange.getException()));
                }
            }
        }

        private Duration failed(Throwable failure) {
            commits.settle();
            return failures.failed(failure);
        }
    }
}
