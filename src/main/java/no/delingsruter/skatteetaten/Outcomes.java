package no.delingsruter.skatteetaten;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import no.delingsruter.configuration.ConfigurationException;

/**
 * What an answer that is no data means, by API, status and kode. Codes were renumbered over the years and differ from API to
 * API, so status comes first and kode refines it (Skatteetaten, "Feilhåndtering" and the error table of each API).
 */
public final class Outcomes {
    /** The meanings. */
    public enum Meaning {
        NONE,
        DELETED,
        BUSY,
        REFUSED,
        REFUSED_FOR_ALL,
        TOKEN,
        EMPTY;

        public static Meaning of(String text) {
            return valueOf(text.strip().toUpperCase(Locale.ROOT).replace('-', '_'));
        }
    }

    private final Map<String, Meaning> table = new HashMap<>();

    /**
     * @param declared  from the route, such as {@code 404 IM-007: none, 410: deleted}; may be empty
     * @param configured from {@code outcome.<api>.<status>[.<kode>]}, keys {@code <status>[.<kode>]}; goes before
     * @throws ConfigurationException when either is not understood
     */
    public Outcomes(String api, String declared, Map<String, String> configured) {
        for (String entry : declared.split(",", -1)) {
            if (!entry.isBlank()) {
                String[] parts = entry.split(":", 2);
                put(api, parts[0].strip().replaceAll("\\s+", "."), parts.length == 2 ? parts[1] : "");
            }
        }
        configured.forEach((key, meaning) -> put(api, key, meaning));
    }

    private void put(String api, String key, String meaning) {
        try {
            table.put(key, Meaning.of(meaning));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("outcome." + api + "." + key + ": '" + meaning.strip()
                    + "' is not one of none, deleted, busy, refused, refused-for-all, empty.");
        }
    }

    /** @param kode null when the answer has none: then it does not come from the API itself */
    public Meaning of(int status, String kode) {
        return Optional.ofNullable(kode)
                .map(value -> table.get(status + "." + value))
                .or(() -> Optional.ofNullable(table.get(Integer.toString(status))))
                .orElseGet(() -> byStatus(status, kode));
    }

    private static Meaning byStatus(int status, String kode) {
        return switch (status) {
            case 401 -> Meaning.TOKEN;
            case 403, 405, 406 -> Meaning.REFUSED_FOR_ALL;
            // Without a kode of the API's own nobody there was asked: wrong address
            case 404 -> kode == null || wrongAddress(kode) ? Meaning.REFUSED_FOR_ALL : Meaning.REFUSED;
            case 408, 425, 429 -> Meaning.BUSY;
            case 410 -> kode == null ? Meaning.REFUSED_FOR_ALL : Meaning.DELETED;
            default -> {
                if (status >= 500) {
                    yield Meaning.BUSY;
                }
                yield status >= 400 ? Meaning.REFUSED : Meaning.REFUSED_FOR_ALL;
            }
        };
    }

    private static boolean wrongAddress(String kode) {
        return kode.equals("DAS-002") || kode.equals("FA-002") || kode.endsWith("-003");
    }
}
