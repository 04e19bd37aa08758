package no.delingsruter.camel;

import java.net.URI;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import org.apache.camel.spi.PropertiesFunction;

/** The placeholder {@code {{skatteetaten-api:<api>}}}: the address of an API, from {@code skatteetaten.url[.<api>]}. */
public final class ApiAddress implements PropertiesFunction {
    private final Settings settings;

    public ApiAddress(Settings settings) {
        this.settings = settings;
    }

    @Override
    public String getName() {
        return "skatteetaten-api";
    }

    @Override
    public String apply(String api) {
        String key =
                settings.find("skatteetaten.url." + api).isPresent() ? "skatteetaten.url." + api : "skatteetaten.url";
        return address(settings, key, api);
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
