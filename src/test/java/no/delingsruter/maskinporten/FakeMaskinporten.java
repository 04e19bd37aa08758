package no.delingsruter.maskinporten;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A token address over loopback. It takes only grants signed by the given key, and answers with token-1, token-2 and so on. */
final class FakeMaskinporten implements AutoCloseable {
    interface Answer {
        void to(HttpExchange exchange) throws Exception;
    }

    final List<SignedJWT> grants = new CopyOnWriteArrayList<>();
    final List<String> wrong = new CopyOnWriteArrayList<>();
    volatile Answer answer = this::token;
    volatile String lifetime = "120";

    private final AtomicInteger tokens = new AtomicInteger();
    private final RSAPublicKey key;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    FakeMaskinporten(RSAPublicKey key) throws IOException {
        this.key = key;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/token", this::handle);
        server.start();
    }

    URI address() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/token");
    }

    void token(HttpExchange exchange) throws IOException {
        send(
                exchange,
                200,
                "{\"access_token\":\"token-" + tokens.incrementAndGet() + "\",\"token_type\":\"Bearer\""
                        + (lifetime == null ? "" : ",\"expires_in\":" + lifetime) + "}");
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
            grants.add(verified(exchange, form));
            answer.to(exchange);
        } catch (Exception e) {
            wrong.add(e.toString());
        }
    }

    private SignedJWT verified(HttpExchange exchange, String form) throws Exception {
        expect("POST", exchange.getRequestMethod());
        expect("HTTP/1.1", exchange.getProtocol());
        expect("application/x-www-form-urlencoded", exchange.getRequestHeaders().getFirst("Content-Type"));
        String[] fields = form.split("&", -1);
        expect(
                "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer",
                URLDecoder.decode(fields[0], StandardCharsets.US_ASCII));
        SignedJWT grant = SignedJWT.parse(fields[1].substring("assertion=".length()));
        expect(true, grant.verify(new RSASSAVerifier(key)));
        return grant;
    }

    private void expect(Object wanted, Object got) {
        if (!wanted.equals(got)) {
            wrong.add("expected " + wanted + ", got " + got);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
