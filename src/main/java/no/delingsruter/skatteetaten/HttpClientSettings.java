package no.delingsruter.skatteetaten;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * How calls to Skatteetaten are made: no redirects, no cookies, no retries of the client's own, and an answer that is bounded
 * in size and in time.
 */
public final class HttpClientSettings implements HttpClientConfigurer {
    private final long maxBytes;
    private final Duration timeout;

    /**
     * @param maxBytes of an answer, after decompression
     * @param timeout  from the request to the last byte
     */
    public HttpClientSettings(long maxBytes, Duration timeout) {
        this.maxBytes = maxBytes;
        this.timeout = timeout;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.disableRedirectHandling().disableCookieManagement().disableAutomaticRetries().disableAuthCaching()
                .setUserAgent("Delingsruter").addExecInterceptorFirst("bounds", new Bounds());
    }

    private final class Bounds implements ExecChainHandler {
        @Override
        public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
                throws IOException, HttpException {
            long deadline = System.nanoTime() + timeout.toNanos();
            ClassicHttpResponse response = chain.proceed(request, scope);
            HttpEntity entity = response.getEntity();
            if (entity != null) {
                response.setEntity(new BoundedEntity(entity, deadline));
            }
            return response;
        }
    }

    private final class BoundedEntity extends HttpEntityWrapper {
        private final long deadline;

        BoundedEntity(HttpEntity entity, long deadline) {
            super(entity);
            this.deadline = deadline;
        }

        @Override
        public InputStream getContent() throws IOException {
            return new BoundedStream(super.getContent(), deadline);
        }
    }

    private final class BoundedStream extends InputStream {
        private final InputStream in;
        private final long deadline;
        private long read;

        BoundedStream(InputStream in, long deadline) {
            this.in = in;
            this.deadline = deadline;
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            check(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = in.read(bytes, offset, length);
            check(Math.max(0, count));
            return count;
        }

        private void check(int more) throws IOException {
            read += more;
            if (read > maxBytes) {
                throw new IOException("larger than skatteetaten.max-response-bytes");
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("slower than skatteetaten.request-timeout");
            }
        }

        @Override
        public void close() throws IOException {
            // An answer given up half-way must not be read to its end: closing the response drops the connection instead
            if (read <= maxBytes && System.nanoTime() - deadline <= 0) {
                in.close();
            }
        }
    }
}
