package no.delingsruter.work;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The routes that read event lists, for what an operator asks of a list beside its being followed. */
public final class ListRoutes {
    private final Map<String, ListRoute> routes = new ConcurrentHashMap<>();

    /** The route of a list. Its failures are those of calls, as sentences without personal data. */
    public interface ListRoute {
        /**
         * Asks where the list begins; for {@code first} that is known.
         *
         * @param start first, now or a date
         * @return the first number
         * @throws no.delingsruter.model.CallFailedException when the list does not say
         * @throws no.delingsruter.configuration.ConfigurationException when it cannot be asked so
         */
        long first(String organisation, String start);

        /**
         * Reads a page again.
         *
         * @throws no.delingsruter.model.CallFailedException when it was not to be had
         */
        void page(String organisation, BackfillPage page);
    }

    public void add(String service, ListRoute route) {
        routes.put(service, route);
    }

    public void remove(String service, ListRoute route) {
        routes.remove(service, route);
    }

    /** Empty while it does not run. */
    Optional<ListRoute> of(String service) {
        return Optional.ofNullable(routes.get(service));
    }
}
