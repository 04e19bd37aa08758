package no.delingsruter.support;

import java.net.http.HttpClient;
import java.time.Duration;

/**
 * Asks the job's own server as a probe or Prometheus does. By default the JDK's client offers HTTP/2 with its first request, and was seen
 * to wait for ever for the answer.
 */
public final class Http1 {
    public static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(30))
            .build();

    private Http1() {}
}
