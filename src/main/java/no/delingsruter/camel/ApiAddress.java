package no.delingsruter.camel;

import java.net.URI;
import java.util.List;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;

/** The address of an API, from {@code skatteetaten.url[.<api>]}. */
public final class ApiAddress {
    /** Production and test (om/url.md). */
    private static final List<String> ENVIRONMENTS =
            List.of("https://{api}.api.skatteetaten.no", "https://{api}.api.skatteetaten-test.no");

    private ApiAddress() {}

    /** @param hosts of an API that is not where the others are: in production and in test, comma separated; empty for none */
    static String of(Settings settings, String api, String hosts) {
        String own = "skatteetaten.url." + api;
        if (settings.find(own).isPresent()) {
            return address(settings, own, api);
        }
        String[] its = hosts.strip().split("\\s*,\\s*", -1);
        int environment = ENVIRONMENTS.indexOf(settings.get("skatteetaten.url").replaceFirst("/$", ""));
        return environment >= 0 && its.length == ENVIRONMENTS.size()
                ? its[environment]
                : address(settings, "skatteetaten.url", api);
    }

    /** @throws ConfigurationException when the value of {@code key} is no address */
    public static String address(Settings settings, String key, String api) {
        String address = settings.get(key).replace("{api}", api);
        try {
            URI uri = URI.create(address);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getQuery() == null && uri.getUserInfo() == null) {
                return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new ConfigurationException(key + ": '" + settings.get(key) + "' is not an http or https address.");
    }
}
