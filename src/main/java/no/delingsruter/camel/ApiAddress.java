package no.delingsruter.camel;

import java.net.URI;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;

/** The address of an API, from {@code skatteetaten.url[.<api>]}. */
public final class ApiAddress {
    private ApiAddress() {}

    static String of(Settings settings, String api) {
        String own = "skatteetaten.url." + api;
        return address(settings, settings.find(own).isPresent() ? own : "skatteetaten.url", api);
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
