package no.delingsruter.maskinporten;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an operator may know of the key that grants are signed with.
 *
 * @param certified whether it is known by its certificate, and not registered on the client
 * @param chained   whether the certificate comes with those above it; true for a registered key
 * @param expires   null when that is not known
 */
public record KeyFacts(
        boolean certified, boolean chained, @Nullable Instant expires) {}
