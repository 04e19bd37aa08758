package no.delingsruter.page;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import no.delingsruter.support.KeyedHash;

/** Browsers: who has come in with one, and what shows that a form of ours was sent. Kept in memory, gone with the process. */
final class Sessions {
    private static final long LONGEST = Duration.ofHours(12).toNanos();
    private static final int MOST = 1_000;

    private final SecureRandom random = new SecureRandom();
    private final KeyedHash forms;
    private final LongSupplier nanos;
    private final Map<String, In> in = new LinkedHashMap<>();

    private record In(String token, long since) {}

    Sessions(LongSupplier nanos) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        this.forms = new KeyedHash(secret);
        this.nanos = nanos;
    }

    /** A name for a browser that has none. */
    String fresh() {
        byte[] id = new byte[24];
        random.nextBytes(id);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    }

    /** What a form of this browser's holds. */
    String form(String id) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(forms.bytes("form " + id));
    }

    boolean isForm(String id, String sent) {
        return MessageDigest.isEqual(form(id).getBytes(StandardCharsets.UTF_8), sent.getBytes(StandardCharsets.UTF_8));
    }

    /** @return the browser's new name: what it was called before may be known to others */
    synchronized String enter(String token) {
        in.values().removeIf(one -> nanos.getAsLong() - one.since > LONGEST);
        while (in.size() >= MOST) {
            in.remove(in.keySet().iterator().next());
        }
        String id = fresh();
        in.put(id, new In(token, nanos.getAsLong()));
        return id;
    }

    /** The token that it came in with: whether that still counts is seen anew each time. */
    synchronized Optional<String> token(String id) {
        return Optional.ofNullable(in.get(id))
                .filter(one -> nanos.getAsLong() - one.since <= LONGEST)
                .map(In::token);
    }

    synchronized void leave(String id) {
        in.remove(id);
    }
}
