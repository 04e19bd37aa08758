package no.delingsruter.simulator.maskinporten;

import java.time.Instant;
import java.util.Map;

/**
 * A grant that was received, decoded. For tests; never logged.
 *
 * @param header  of the JWT; empty when it could not be read
 * @param claims  of the JWT; empty when it could not be read
 * @param refusal e.g. "invalid_grant MP-012"; null when a token was given
 */
public record Grant(
        Instant at, Map<String, Object> header, Map<String, Object> claims, String organisation, String refusal) {}
