package no.delingsruter.preflight;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import no.delingsruter.configuration.Settings;

/** Whether the addresses of Skatteetaten and Maskinporten fit each other; nothing is called. */
final class AddressChecks {
    private static final String WHAT = "addresses";
    private static final List<String> HERE = List.of("localhost", "127.0.0.1", "[::1]");

    private final Settings settings;

    AddressChecks(Settings settings) {
        this.settings = settings;
    }

    void run(Consumer<Finding> out) {
        String apis = settings.get("skatteetaten.url");
        String tokens = settings.get("maskinporten.token-url");
        String audience = settings.get("maskinporten.audience");
        for (String key : List.of("skatteetaten.url", "maskinporten.token-url")) {
            if (isPlain(settings.get(key))) {
                out.accept(Finding.warning(
                        WHAT, key + " is not encrypted (http:), so that tokens can be read on the way; use https:"));
            }
        }
        if (isTest(apis) != isTest(tokens)) {
            out.accept(
                    Finding.warning(
                            WHAT,
                            "maskinporten.token-url and skatteetaten.url seem to be of different environments (one says test): a token of one is refused by the other"));
        }
        settings.find("proxy.url")
                .ifPresent(proxy -> out.accept(Finding.ok(
                        "proxy",
                        "calls to Skatteetaten and Maskinporten go by " + host(proxy)
                                + Optional.ofNullable(settings.variables().get("proxy.url"))
                                        .map(variable -> ", as " + variable + " says")
                                        .orElse(""))));
        String issuer = host(tokens);
        if (!audience.contains(issuer)) {
            out.accept(Finding.warning(
                    WHAT,
                    "maskinporten.audience names another host than maskinporten.token-url (" + issuer
                            + "): Maskinporten refuses a grant for another issuer than its own"));
        }
    }

    private static boolean isPlain(String url) {
        return url.startsWith("http:") && !HERE.contains(host(url));
    }

    private static boolean isTest(String url) {
        return host(url).contains("test");
    }

    private static String host(String url) {
        try {
            String host = URI.create(url.replace("{api}", "api")).getHost();
            return host == null ? url : host;
        } catch (IllegalArgumentException e) {
            return url;
        }
    }
}
