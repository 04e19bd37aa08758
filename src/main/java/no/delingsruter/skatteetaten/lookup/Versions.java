package no.delingsruter.skatteetaten.lookup;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import no.delingsruter.configuration.Settings;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.CallFailedException.Kind;
import no.delingsruter.model.LookupKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which version of a lookup answers for which year. A year without a known one is never asked of another: some answer "none" then. */
final class Versions {
    private static final Logger LOG = LoggerFactory.getLogger(Versions.class);
    /** As a configured version: events of the year are set aside. */
    private static final String NONE = "none";

    private static final Pattern FIXED = Pattern.compile("^/(v\\d+)/");
    /** With these an API may say that it does not have the version, or not for that year. */
    private static final Set<Integer> WRONG_VERSION = Set.of(400, 404, 405, 410, 422);

    private final Settings settings;
    private final String api;
    private final Map<String, String> byYear = new HashMap<>();
    private final Set<String> said = ConcurrentHashMap.newKeySet();

    /** @param declared see {@link Oppslag} */
    Versions(Settings settings, String api, String declared) {
        this.settings = settings;
        this.api = api;
        for (String entry : declared.split(",", -1)) {
            String[] parts = entry.split(":", 2);
            if (parts.length == 2) {
                byYear.put(parts[0].strip(), parts[1].strip());
            }
        }
    }

    /** @throws CallFailedException of kind UNASKABLE when none is known for the key's year */
    String of(LookupKey key) {
        if (key.gjelderPeriode().length() < 4) {
            throw unaskable("the event has no year to choose the version of " + api + " by; " + key.service()
                    + ".period-field names the field that holds it");
        }
        String configured = configured(key);
        String version =
                settings.find(configured).orElseGet(() -> byYear.getOrDefault(year(key), byYear.getOrDefault("*", "")));
        if (version.isEmpty()) {
            throw unaskable(configured + " is missing: no version of " + api + " is known for that year");
        }
        if (version.equals(NONE)) {
            throw unaskable(configured + " is none: that year is not asked for");
        }
        return version;
    }

    /** The version that a path asks for, of the key's year or fixed; empty when it has none. */
    String asked(String path, LookupKey key) {
        Matcher fixed = FIXED.matcher(path);
        return isByYear(path) ? of(key) : fixed.find() ? fixed.group(1) : "";
    }

    /** What to compare when most answers of a year say that there is nothing. */
    static String cure(String path, LookupKey key) {
        return isByYear(path)
                ? "is that the version for the year? Compare with Skatteetaten's page, set " + configured(key)
                        + ", and have those keys looked up again"
                : "compare the path of the lookup and " + key.service() + ".rettighetspakke with Skatteetaten's page";
    }

    /** What to add to an answer that may mean that the version is not the right one; empty for another answer. */
    String hint(String path, LookupKey key, int status) {
        if (!isByYear(path) || !WRONG_VERSION.contains(status)) {
            return "";
        }
        return " (asked of " + of(key) + " for " + year(key) + "; " + configured(key)
                + " names another version, or none to set such events aside)";
    }

    private CallFailedException unaskable(String reason) {
        if (said.add(reason)) {
            LOG.warn("Lookups are parked: {}. Replay them when that has changed; it is said once.", reason);
        }
        return new CallFailedException(Kind.UNASKABLE, reason, null, null);
    }

    private static boolean isByYear(String path) {
        return path.contains("{versjon}");
    }

    static String year(LookupKey key) {
        String period = key.gjelderPeriode();
        return period.length() < 4 ? "" : period.substring(0, 4);
    }

    private static String configured(LookupKey key) {
        return key.service() + ".version." + year(key);
    }
}
