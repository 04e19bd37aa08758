package no.delingsruter.configuration;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HTTPS_PROXY and NO_PROXY, which the tools of the field read. */
final class ProxyVariables {
    private static final Pattern PROXY = Pattern.compile("(http://|)(?:([^:@/]*):([^@/]*)@)?(.*)");
    private static final Pattern DOMAIN =
            Pattern.compile("(?<=^|[,|\\s])[A-Za-z][A-Za-z0-9_.-]*(?=$|[,|\\s]|:\\d+(?:$|[,|\\s]))");

    private ProxyVariables() {}

    /**
     * Where nothing else names a proxy, they do; this machine is then called without it.
     *
     * @param values    by key, where what they say is put
     * @param variables by key, where it is put which of them says it
     */
    static void read(Map<String, String> environment, Map<String, String> values, Map<String, String> variables) {
        String name = environment.containsKey("HTTPS_PROXY") ? "HTTPS_PROXY" : "https_proxy";
        String proxy = environment.getOrDefault(name, "").strip();
        if (proxy.isEmpty() || !values.getOrDefault("proxy.url", "").isBlank()) {
            return;
        }
        Matcher parts = PROXY.matcher(proxy);
        if (parts.matches() && parts.group(2) != null) {
            values.put("proxy.user", decoded(name, parts.group(2)));
            values.put("proxy.password", decoded(name, parts.group(3)));
            proxy = parts.group(1) + parts.group(4);
        }
        values.put("proxy.url", proxy);
        variables.put("proxy.url", name);
        String none = environment.getOrDefault("NO_PROXY", environment.getOrDefault("no_proxy", ""));
        // There a name stands for its subdomains, too
        String names = DOMAIN.matcher(none).replaceAll(".$0");
        values.merge("proxy.none-for", "localhost,127.0.0.1," + names, (own, others) -> own + "," + others);
    }

    private static String decoded(String variable, String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    variable
                            + ": user or password has a % without two hexadecimal digits behind it; write %25 for a % in them.");
        }
    }
}
