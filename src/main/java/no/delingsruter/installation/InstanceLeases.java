package no.delingsruter.installation;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import no.delingsruter.catalogue.Units;
import no.delingsruter.configuration.Settings;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.Fence;
import no.delingsruter.store.LeaseTable;
import no.delingsruter.store.StoreAddress;
import no.delingsruter.work.LeaseKeeper;
import no.delingsruter.work.LeaseTimes;
import no.delingsruter.work.Leases;
import org.jspecify.annotations.Nullable;

/** The leases of this instance where several may work on the store; elsewhere all is its own. */
final class InstanceLeases implements AutoCloseable {
    private static final int MOST_HOST = 30;

    final String name;
    final Leases leases;
    final Fence fence;
    private final @Nullable LeaseKeeper keeper;
    private boolean started;

    /**
     * @param name    of this instance
     * @param slowest the slowest call since it was asked the last time; zero for none
     */
    InstanceLeases(
            String name,
            Settings settings,
            StoreAddress address,
            Units units,
            Supplier<Duration> slowest,
            Alerts alerts) {
        this.name = name;
        if (!address.isShared()) {
            keeper = null;
            leases = Leases.ALONE;
            fence = Fence.NONE;
            return;
        }
        LeaseTimes times = new LeaseTimes(settings.duration("failover.lease"));
        Duration timeout = settings.duration("skatteetaten.request-timeout");
        boolean strict = settings.choice("failover", "strict", "quick").equals("strict");
        LeaseKeeper own = new LeaseKeeper(
                new LeaseTable(address.leases(times.answer()), name, version(), units.plan(), times.ttl()),
                times,
                units::ofService,
                units::ofGroup,
                strict ? () -> timeout : new QuickBound(timeout, slowest),
                alerts);
        keeper = own;
        leases = own;
        fence = Fence.of((service, organisation) -> new Fence.Lane(
                units.ofService(service), own.of(service, organisation).held()));
    }

    /** Another one for each process, and one that an operator knows. */
    static String newName() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "instance";
        }
        return host.substring(0, Math.min(MOST_HOST, host.length()))
                + "-" + ProcessHandle.current().pid()
                + "-" + Integer.toHexString(ThreadLocalRandom.current().nextInt(0x1000, 0x10000));
    }

    private static String version() {
        return Optional.ofNullable(InstanceLeases.class.getPackage().getImplementationVersion())
                .orElse("unknown");
    }

    Optional<LeaseKeeper> keeper() {
        return Optional.ofNullable(keeper);
    }

    /** The routes run: work may be taken. */
    synchronized void start() {
        if (keeper != null && !started) {
            started = true;
            keeper.start();
        }
    }

    /** Takes nothing more, and hands over what ends. */
    void leave() {
        if (keeper != null) {
            keeper.leave();
        }
    }

    @Override
    public synchronized void close() {
        if (keeper != null && started) {
            keeper.close();
        }
    }
}
