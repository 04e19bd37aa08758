package no.delingsruter.camel;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import no.delingsruter.configuration.Settings;
import no.delingsruter.network.Tls;
import no.delingsruter.skatteetaten.AnswerTooLargeException;
import no.delingsruter.support.AnswerMemory;
import no.delingsruter.support.Daemons;
import no.delingsruter.support.ForwardProxy;
import no.delingsruter.work.OpenCall;
import org.apache.camel.CamelContext;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * How calls to Skatteetaten are made: no redirects, no cookies, no retries of the client's own, and an answer that is bounded
 * in size and in time.
 */
public final class HttpClientSettings implements HttpClientConfigurer {
    private static final String SENT = "delingsruter.sent";
    /** The slots of all organisations together bound the connections; the pool never does. */
    private static final int MOST_CONNECTIONS = 2000;

    private final long maxBytes;
    private final Duration connectTimeout;
    private final Duration timeout;
    private final @Nullable ForwardProxy proxy;
    private final @Nullable SSLContext tls;
    private final ScheduledThreadPoolExecutor timers =
            new ScheduledThreadPoolExecutor(1, Daemons.named("delingsruter-call-timeout"));

    /** Answers are bounded in size after decompression, and in time from the request to the last byte. */
    public HttpClientSettings(Settings settings) {
        maxBytes = Math.min(settings.positive("skatteetaten.max-response-bytes"), AnswerMemory.OF_THE_HEAP.most());
        connectTimeout = settings.duration("skatteetaten.connect-timeout");
        timeout = settings.duration("skatteetaten.request-timeout");
        proxy = ForwardProxy.from(key -> settings.findNow(key).orElse(""));
        tls = Tls.of(settings).orElse(null);
        timers.setRemoveOnCancelPolicy(true);
        timers.setKeepAliveTime(timeout.toMillis(), TimeUnit.MILLISECONDS);
        timers.allowCoreThreadTimeOut(true);
    }

    void applyTo(HttpComponent http) {
        http.setHttpClientConfigurer(this);
        http.setAutomaticRetriesDisabled(true);
        if (tls != null) {
            http.setSslContextParameters(new SSLContextParameters() {
                @Override
                public SSLContext createSSLContext(CamelContext camel) {
                    return tls;
                }
            });
        }
        http.setConnectTimeout(connectTimeout.toMillis());
        http.setResponseTimeout(timeout.toMillis());
        http.setConnectionRequestTimeout(timeout.toMillis());
        http.setMaxTotalConnections(MOST_CONNECTIONS);
        http.setConnectionsPerRoute(MOST_CONNECTIONS);
    }

    private void goBy(ForwardProxy forward, HttpClientBuilder builder) {
        HttpHost host = new HttpHost("http", forward.host(), forward.port());
        builder.setRoutePlanner(new DefaultRoutePlanner(null) {
            @Override
            protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context) {
                return forward.isFor(URI.create(target.toURI())) ? host : null;
            }
        });
        if (!forward.user().isEmpty()) {
            builder.setDefaultCredentialsProvider(
                    (scope, context) -> forward.host().equals(scope.getHost()) && forward.port() == scope.getPort()
                            ? new UsernamePasswordCredentials(
                                    forward.user(), forward.password().get().toCharArray())
                            : null);
        }
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        if (proxy != null) {
            goBy(proxy, builder);
        }
        builder.disableRedirectHandling()
                .disableCookieManagement()
                .disableAutomaticRetries()
                .disableAuthCaching()
                .setUserAgent("Delingsruter")
                .addExecInterceptorFirst("bounds", new Bounds())
                .addExecInterceptorBefore(ChainElement.MAIN_TRANSPORT.name(), "lease", HttpClientSettings::begin);
    }

    /** As late as possible: between this and the first byte nothing is waited for. */
    private static ClassicHttpResponse begin(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        OpenCall call = OpenCall.ofThread();
        if (call != null && !call.mayBegin()) {
            throw new IOException("the lease has ended");
        }
        scope.clientContext.setAttribute(SENT, true);
        return chain.proceed(request, scope);
    }

    /** It asks for a password, or has not made the tunnel that the request would have gone through. */
    private static boolean fromProxy(ExecChain.Scope scope, ClassicHttpResponse response) {
        return response.getCode() == HttpStatus.SC_PROXY_AUTHENTICATION_REQUIRED
                || (scope.route.isTunnelled() && scope.clientContext.getAttribute(SENT) == null);
    }

    private final class Bounds implements ExecChainHandler {
        @Override
        public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
                throws IOException, HttpException {
            long deadline = System.nanoTime() + timeout.toNanos();
            CutOff cutOff = new CutOff(scope.originalRequest);
            try {
                scope.clientContext.removeAttribute(SENT);
                ClassicHttpResponse response = chain.proceed(request, scope);
                if (proxy != null && fromProxy(scope, response)) {
                    scope.execRuntime.discardEndpoint();
                    throw proxy.refused(response.getCode());
                }
                HttpEntity entity = response.getEntity();
                if (entity == null) {
                    cutOff.notNeeded();
                } else {
                    response.setEntity(new BoundedEntity(entity, deadline, scope.execRuntime, cutOff));
                }
                return response;
            } catch (IOException | HttpException | RuntimeException e) {
                throw cutOff.explained(e);
            }
        }
    }

    /** The end of a call in every phase of it: a time-out for each read alone lets a server that trickles hold a slot for ever. */
    private final class CutOff implements Runnable {
        private final HttpRequest request;
        private final Future<?> timer;
        private volatile boolean fired;

        CutOff(HttpRequest request) {
            this.request = request;
            this.timer = timers.schedule(this, timeout.toMillis(), TimeUnit.MILLISECONDS);
            OpenCall call = OpenCall.ofThread();
            if (call != null) {
                call.abortBy(this::abort);
            }
        }

        @Override
        public void run() {
            fired = true;
            abort();
        }

        private void abort() {
            if (request instanceof Cancellable open) {
                open.cancel();
            }
        }

        void notNeeded() {
            timer.cancel(false);
        }

        IOException explained(Exception e) {
            notNeeded();
            if (fired) {
                return new SocketTimeoutException("slower than skatteetaten.request-timeout");
            }
            return e instanceof IOException io ? io : new IOException(e);
        }
    }

    private final class BoundedEntity extends HttpEntityWrapper {
        private final long deadline;
        private final ExecRuntime connection;
        private final CutOff cutOff;

        BoundedEntity(HttpEntity entity, long deadline, ExecRuntime connection, CutOff cutOff) {
            super(entity);
            this.deadline = deadline;
            this.connection = connection;
            this.cutOff = cutOff;
        }

        @Override
        public InputStream getContent() throws IOException {
            return new BoundedStream(super.getContent(), getContentLength(), deadline, connection, cutOff);
        }
    }

    private final class BoundedStream extends InputStream {
        private final InputStream in;
        private final long length;
        private final long deadline;
        private final ExecRuntime connection;
        private long read;
        private final CutOff cutOff;
        private final AnswerMemory.Share memory = AnswerMemory.OF_THE_HEAP.share();
        private boolean givenUp;

        BoundedStream(InputStream in, long length, long deadline, ExecRuntime connection, CutOff cutOff) {
            this.in = in;
            this.cutOff = cutOff;
            this.length = length;
            this.deadline = deadline;
            this.connection = connection;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                int count = in.read(bytes, offset, length);
                check(Math.max(0, count));
                return count;
            } catch (AnswerTooLargeException | AnswerMemory.NoRoomException e) {
                giveUp();
                throw e;
            } catch (IOException e) {
                giveUp();
                throw cutOff.explained(e);
            }
        }

        private void check(int more) throws IOException {
            read += more;
            if (read > maxBytes) {
                throw new AnswerTooLargeException(length, maxBytes);
            }
            long left = deadline - System.nanoTime();
            memory.hold(Math.max(read, Math.min(length, maxBytes)), left / 2);
            if (left < 0) {
                throw new SocketTimeoutException("slower than skatteetaten.request-timeout");
            }
        }

        /** The connection goes at once: as long as it is open, the server goes on sending, and the call counts as open. */
        private void giveUp() {
            givenUp = true;
            cutOff.notNeeded();
            connection.discardEndpoint();
        }

        @Override
        public void close() throws IOException {
            // To close an answer is to read it to its end; one that was given up must not be
            if (!givenUp) {
                cutOff.notNeeded();
                in.close();
            }
        }
    }
}
