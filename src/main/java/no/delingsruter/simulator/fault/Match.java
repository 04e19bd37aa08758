package no.delingsruter.simulator.fault;

import java.util.List;
import java.util.Locale;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.catalogue.Catalogue;
import no.delingsruter.simulator.data.Mix;

/**
 * Which calls a rule is about. What is left out fits every call.
 *
 * @param call          token, list, lookup, bulk (a lookup of several) or any
 * @param api           API's name, or its permit group (inntekt: inntekt and inntekthendelser)
 * @param organisation  of the token; token calls have none
 * @param identifikator exact
 * @param keyShare      share of keys (0 to 1); the same keys every time, by seed
 * @param seconds       [from, to) since the simulator started
 * @param first         only the first so many of the calls that fit
 * @param firstPerKey   only the first so many for each key
 * @param calls         [from, to], counted from 1 among the calls that fit
 * @param everyNth      every so many of the calls that fit
 * @param probability   of each of the calls that fit (0 to 1), by seed
 * @param seed          for keyShare and probability
 */
public record Match(
        String call,
        String api,
        String organisation,
        String identifikator,
        Double keyShare,
        List<Long> seconds,
        Long first,
        Integer firstPerKey,
        List<Long> calls,
        Long everyNth,
        Double probability,
        long seed) {

    public static final Match ANY = new Match(null, null, null, null, null, null, null, null, null, null, null, 0);

    public Match {
        if (call != null && !List.of("token", "list", "lookup", "bulk", "any").contains(call)) {
            throw new IllegalArgumentException("match.call is token, list, lookup, bulk or any, not '" + call + "'");
        }
        if ((seconds != null && seconds.size() != 2) || (calls != null && calls.size() != 2)) {
            throw new IllegalArgumentException("match.seconds and match.calls are two numbers: [from, to]");
        }
    }

    /** Whether the conditions fit that do not depend on how many calls there were. */
    boolean fits(Call c, long uptimeMs) {
        if ((call != null
                        && !call.equals("any")
                        && !call.equals(c.operation())
                        && !call.equals(c.kind().name().toLowerCase(Locale.ROOT)))
                || (api != null && !api.equals(c.api()) && !api.equals(Catalogue.group(c.api())))
                || (organisation != null && !organisation.equals(c.organisation()))
                || (identifikator != null && !identifikator.equals(c.identifikator()))) {
            return false;
        }
        if (keyShare != null
                && (c.identifikator() == null || Mix.share(Mix.hash(Mix.hash(key(c)), seed)) >= keyShare)) {
            return false;
        }
        return seconds == null || (uptimeMs >= seconds.get(0) * 1000 && uptimeMs < seconds.get(1) * 1000);
    }

    /**
     * @param n the call's number among those that fit, from 1
     * @param nthOfKey the same among those of its key
     */
    boolean counts(long n, int nthOfKey) {
        return (first == null || n <= first)
                && (firstPerKey == null || nthOfKey <= firstPerKey)
                && (calls == null || (n >= calls.get(0) && n <= calls.get(1)))
                && (everyNth == null || n % everyNth == 0)
                && (probability == null || Mix.share(Mix.hash(n, seed + 3)) < probability);
    }

    static String key(Call c) {
        String from = c.query("fraOgMed");
        return c.api() + "/" + c.identifikator() + "/" + (c.periode() != null ? c.periode() : from);
    }
}
