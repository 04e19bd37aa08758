package no.delingsruter.skatteetaten.list;

import java.util.Set;
import java.util.function.Function;
import no.delingsruter.observation.Alerts;
import no.delingsruter.skatteetaten.Skatteetaten;
import no.delingsruter.work.PageStore;

/**
 * What all event lists share.
 *
 * @param scopes of the lookups that run, by service
 * @param fields of an event that those lookups are by, likewise
 */
public record Lists(
        Skatteetaten skatteetaten,
        PageStore pages,
        Alerts alerts,
        Function<String, Set<String>> scopes,
        Function<String, Set<String>> fields) {}
