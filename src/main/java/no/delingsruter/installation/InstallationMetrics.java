package no.delingsruter.installation;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import no.delingsruter.model.LaneState;
import no.delingsruter.observation.Metrics;
import no.delingsruter.observation.Statistics;
import no.delingsruter.observation.Watchdog;
import no.delingsruter.skatteetaten.Gateway;
import no.delingsruter.store.Overview;
import no.delingsruter.work.Lease;
import no.delingsruter.work.LeaseCounts;
import no.delingsruter.work.LeaseKeeper;
import org.jspecify.annotations.Nullable;

/** An installation's numbers in a registry, the program's or an application's. */
public final class InstallationMetrics {
    private InstallationMetrics() {}

    /** @param registry has none of an installation yet */
    public static void bind(Installation installation, MeterRegistry registry) {
        Metrics metrics = new Metrics(registry);
        for (String service : installation.services()) {
            for (String organisation : installation.organisations()) {
                Statistics.Id id = new Statistics.Id(service, organisation);
                Supplier<Overview.Row> seen =
                        () -> installation.operator().overview().recent().of(service, organisation);
                metrics.service(
                        id,
                        installation.statistics().of(service, organisation),
                        () -> seen.get().pending,
                        () -> seen.get().parked,
                        () -> reads(installation, id));
                metrics.books(id, () -> installation.books().difference(id));
                metrics.ages(id, () -> since(seen.get().due), () -> since(seen.get().parkedSince));
                for (LaneState state : LaneState.values()) {
                    metrics.state(
                            id,
                            state.name().toLowerCase(Locale.ROOT),
                            () -> installation.operator().states().of(service, organisation, "") == state ? 1 : 0);
                }
            }
        }
        installation.leases().ifPresent(leases -> leases(metrics, leases));
        Gateway gateway = installation.gateway();
        gateway.whenOpened(id -> metrics.calls(
                id.group(),
                id.organisation(),
                () -> gateway.inFlight(id),
                () -> gateway.slots(id),
                () -> gateway.tokenFailures(id)));
        Map<Gateway.Id, BiConsumer<Duration, String>> times = new ConcurrentHashMap<>();
        gateway.whenEnded((id, status, time) -> times.computeIfAbsent(
                        id, any -> metrics.callTimes(id.group(), id.organisation()))
                .accept(time, status == 0 ? "none" : status / 100 + "xx"));
        metrics.keyExpiry(() -> gateway.keyExpires()
                .map(end -> (double) Duration.between(Instant.now(), end).toSeconds())
                .orElse(Double.NaN));
        metrics.operations(installation.operator().operations().progress()::seconds);
        metrics.standstills(installation.alerts()::standstills);
        Watchdog watchdog = installation.watchdog();
        metrics.watchdog(watchdog::secondsSinceRound);
        installation.alerts().whenWatched(name -> metrics.stalled(name, () -> watchdog.isStalled(name) ? 1 : 0));
    }

    private static double since(@Nullable Instant then) {
        return then == null
                ? 0
                : Math.max(0, Duration.between(then, Instant.now()).toMillis() / 1000.0);
    }

    private static boolean reads(Installation installation, Statistics.Id id) {
        return installation.operator().states().reads(id.service(), id.organisation())
                && installation
                        .leases()
                        .map(leases ->
                                leases.of(id.service(), id.organisation()).held() != Lease.NONE)
                        .orElse(true);
    }

    private static void leases(Metrics metrics, LeaseKeeper leases) {
        metrics.leases(leases::held, leases::wanted, leases::secondsLeft);
        LeaseCounts counts = leases.counts();
        Map.of(
                        "taken", counts.taken,
                        "taken-over", counts.takenOver,
                        "handed-over", counts.handedOver,
                        "lost", counts.lost)
                .forEach((how, times) -> metrics.leaseChanges(how, times::sum));
        metrics.repeatedAfterTakeOver(counts.repeated::sum);
    }
}
