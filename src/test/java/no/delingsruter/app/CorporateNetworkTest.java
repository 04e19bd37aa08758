package no.delingsruter.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.catalogue.CatalogueWarnings;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.support.ForwardProxy;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.littleshoot.proxy.HttpFilters;
import org.littleshoot.proxy.HttpFiltersSourceAdapter;
import org.littleshoot.proxy.HttpProxyServer;
import org.littleshoot.proxy.ProxyAuthenticator;
import org.littleshoot.proxy.impl.DefaultHttpProxyServer;

/** Hosts that only the proxy knows, TLS by an authority of one's own, and a client certificate. */
class CorporateNetworkTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final Set<String> connected = new ConcurrentSkipListSet<>();
    private final AtomicInteger plain = new AtomicInteger();

    private HttpProxyServer proxy(String password) {
        return DefaultHttpProxyServer.bootstrap()
                .withPort(0)
                .withServerResolver((host, port) -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .withProxyAuthenticator(new ProxyAuthenticator() {
                    @Override
                    public boolean authenticate(String user, String given) {
                        return user.equals("me") && given.equals(password);
                    }

                    @Override
                    public String getRealm() {
                        return "proxy";
                    }
                })
                .withFiltersSource(new HttpFiltersSourceAdapter() {
                    @Override
                    public HttpFilters filterRequest(HttpRequest request, ChannelHandlerContext context) {
                        if (request.method().equals(HttpMethod.CONNECT)) {
                            connected.add(request.uri().replaceFirst(":.*", ""));
                        } else {
                            plain.incrementAndGet();
                        }
                        return super.filterRequest(request, context);
                    }
                })
                .start();
    }

    private TestBed bed(HttpProxyServer proxy, TlsFront front) {
        TestBed bed = new TestBed(directory.resolve("bed"));
        bed.simulator().list("inntekt").generate(10, 10, 1, 0);
        return bed.set(
                        "proxy.url",
                        "http://127.0.0.1:" + proxy.getListenAddress().getPort())
                .set("proxy.user", "me")
                .set("skatteetaten.url", "https://{api}.api.skatteetaten.test:" + front.port() + "/{api}")
                .set("maskinporten.token-url", "https://maskinporten.test:" + front.port() + "/maskinporten/token")
                .set("delivery.endpoints", "direct:file");
    }

    @Test
    @DisplayName(
            "I8: list, lookups and tokens go through a proxy that wants a user, over TLS of one's own CA, with a client certificate; no password is written down")
    void allOfIt() throws Exception {
        Files.createDirectory(directory.resolve("bed"));
        Path keys = TlsFront.keys(directory, "front", "-ext", "SAN=dns:*.api.skatteetaten.test,dns:maskinporten.test");
        Path client = TlsFront.keys(directory, "client");
        Path password = Files.writeString(directory.resolve("proxy-password"), "secretword");
        HttpProxyServer proxy = proxy("secretword");
        try (TlsFront front = frontOfBed(keys, client);
                TestBed bed = bed(proxy, front)) {
            behind = bed.simulator().port();
            bed.set("proxy.password", "file:" + password)
                    .set("tls.ca-file", TlsFront.pem(keys).toString())
                    .set("tls.key-store", client.toString())
                    .set("tls.key-store-password", TlsFront.PASSWORD);
            try (ChildJob job = bed.child()) {
                await().atMost(LONG)
                        .untilAsserted(() -> assertEquals(10, bed.lines().size(), job.output()));
                assertEquals(
                        Set.of(
                                "inntekt.api.skatteetaten.test",
                                "inntekthendelser.api.skatteetaten.test",
                                "maskinporten.test"),
                        connected);
                assertEquals(0, plain.get());
                assertFalse(job.output().contains("secretword"), job.output());
            }
            try (Stream<Path> files = Files.walk(directory.resolve("bed"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    assertFalse(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)
                            .contains("secretword"));
                }
            }
        } finally {
            proxy.abort();
        }
    }

    private volatile int behind;

    private TlsFront frontOfBed(Path keys, Path client) throws Exception {
        return new TlsFront(keys, client, () -> behind);
    }

    @Test
    @DisplayName("I7: a proxy that refuses the password is a standstill that names the keys")
    void wrongPassword() throws Exception {
        Files.createDirectory(directory.resolve("bed"));
        Path keys = TlsFront.keys(directory, "front", "-ext", "SAN=dns:*.api.skatteetaten.test,dns:maskinporten.test");
        HttpProxyServer proxy = proxy("another");
        try (TlsFront front = frontOfBed(keys, null);
                TestBed bed = bed(proxy, front)) {
            behind = bed.simulator().port();
            // The token by another way: what the list says is to be seen
            bed.set("proxy.password", "secretword")
                    .set("maskinporten.token-url", bed.simulator().tokenUrl())
                    .start();
            await().atMost(LONG)
                    .until(() -> bed.application()
                            .alerts()
                            .open()
                            .toString()
                            .contains("refuses the call (407): check proxy.user and proxy.password"));
            assertTrue(bed.application().alerts().standstill());
            assertFalse(bed.application().alerts().open().toString().contains("secretword"));
        } finally {
            proxy.abort();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-startdate -10d -validity 5 -ext SAN=dns:localhost | has expired: who runs",
                "-ext SAN=dns:elsewhere.no | is for another host than the one in",
                "-ext SAN=dns:localhost client | asks for a client certificate, or refuses ours: give the right one with tls.key-store",
            })
    @DisplayName(
            "I7: each trouble with TLS is one sentence that names the key, for lists and for tokens, and nothing is parked")
    void troubles(String options, String said) throws Exception {
        boolean wantsClient = options.endsWith(" client");
        Path ca = TlsFront.keys(directory, "ca", "-ext", "bc:c");
        Path keys = TlsFront.signed(
                directory, "front", ca, options.replace(" client", "").split(" "));
        for (String key : new String[] {"skatteetaten.url.inntekthendelser", "maskinporten.token-url"}) {
            Path own = Files.createDirectory(directory.resolve(key));
            try (TlsFront front = frontOfBed(keys, wantsClient ? TlsFront.keys(own, "client") : null);
                    TestBed bed = new TestBed(own)) {
                behind = bed.simulator().port();
                bed.simulator().list("inntekt").generate(3, 3, 1, 0);
                bed.set("tls.ca-file", TlsFront.pem(ca).toString())
                        .set(key, "https://localhost:" + front.port())
                        .start();
                await().atMost(LONG)
                        .until(() ->
                                bed.application().alerts().open().toString().contains(said)
                                        && bed.application().alerts().standstill());
                assertEquals(0, bed.count("parked"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tls.ca-file | NOFILE | tls.ca-file: NOFILE cannot be read.",
                "tls.ca-file | pom.xml | tls.ca-file: pom.xml holds no certificate in PEM.",
                "tls.trust-store | pom.xml | tls.trust-store: pom.xml is no PKCS#12 or JKS file, or tls.trust-store-password is not its password.",
                "tls.key-store | NOFILE | tls.key-store: NOFILE cannot be read.",
            })
    @DisplayName("What cannot be used is refused at start, by key and without a secret")
    void refused(String key, String value, String sentence) throws IOException {
        Files.createDirectory(directory.resolve("bed"));
        try (TestBed bed = new TestBed(directory.resolve("bed"))) {
            bed.set(key, value);
            assertEquals(
                    sentence,
                    assertThrows(ConfigurationException.class, bed::start).getMessage());
        }
    }

    @Test
    @DisplayName(
            "HTTPS_PROXY and NO_PROXY hold when no key of ours says otherwise; this machine is then called without it")
    void environment() {
        Map<String, String> variables =
                Map.of("HTTPS_PROXY", "http://me:p%40ss@proxy.intern.no:3128", "no_proxy", ".intern.no");
        ForwardProxy proxy = proxy(settings(variables));
        assertEquals(
                "proxy.intern.no 3128 me p@ss",
                proxy.host() + " " + proxy.port() + " " + proxy.user() + " "
                        + proxy.password().get());
        assertEquals("", direct(proxy, "https://maskinporten.no https://otherintern.no"));
        String direct = "https://a.intern.no http://localhost:1 https://127.0.0.1";
        assertEquals(direct, direct(proxy, direct));
        assertNull(proxy(settings(Map.of())));
        assertEquals(
                "b",
                proxy(settings(Map.of("HTTPS_PROXY", "http://a:1", "PROXY_URL", "http://b:2")))
                        .host());
    }

    @Test
    @DisplayName(
            "NO_PROXY means what it means elsewhere: ports, addresses, networks, subdomains, all; ours hold beside it")
    void noProxy() throws IOException {
        Files.writeString(directory.resolve("application.properties"), "proxy.none-for=own.example.no\n");
        Settings settings = settings(Map.of(
                "HTTPS_PROXY",
                "http://proxy:3128",
                "NO_PROXY",
                "intern.no,b.no:8443,10.0.0.0/8,[fd00::1]:443,fd01::/16, 10.*"));
        ForwardProxy proxy = proxy(settings);
        String direct = "https://own.example.no https://intern.no https://a.intern.no https://b.no:8443 http://10.1.2.3"
                + " https://[fd00:0::1] https://[fd01::5]";
        assertEquals(direct, direct(proxy, direct));
        assertEquals(
                "",
                direct(
                        proxy,
                        "https://a.own.example.no https://xintern.no https://b.no https://11.1.2.3 https://[fd00::1]:1"));
        assertTrue(CatalogueWarnings.warnings(settings, Catalogue.read(Path.of("routes")), List.of()).stream()
                .anyMatch(line -> line.startsWith("proxy.none-for, or NO_PROXY, has 10.*, which names nothing")));
        assertNull(proxy(settings(Map.of("HTTPS_PROXY", "http://proxy:3128", "NO_PROXY", "*"))));
    }

    @Test
    @DisplayName(
            "I8: a password in HTTPS_PROXY that is not encoded is said with its variable and its cure, and is not shown")
    void percent() {
        assertEquals(
                "HTTPS_PROXY: user or password has a % without two hexadecimal digits behind it; write %25 for a % in them.",
                assertThrows(
                                ConfigurationException.class,
                                () -> settings(Map.of("HTTPS_PROXY", "http://user:50%off@proxy:3128")))
                        .getMessage());
    }

    private static String direct(ForwardProxy proxy, String addresses) {
        return Stream.of(addresses.split(" ", -1))
                .filter(address -> !proxy.isFor(URI.create(address)))
                .collect(Collectors.joining(" "));
    }

    private static ForwardProxy proxy(Settings settings) {
        return ForwardProxy.from(key -> settings.find(key).orElse(""));
    }

    private Settings settings(Map<String, String> environment) {
        return Settings.load(directory, null, environment, new Properties());
    }
}
