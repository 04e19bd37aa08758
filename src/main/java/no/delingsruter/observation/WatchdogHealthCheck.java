package no.delingsruter.observation;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Liveness: down when nobody watches any more whether the work gets on. */
public final class WatchdogHealthCheck extends AbstractHealthCheck {
    private final Watchdog watchdog;

    public WatchdogHealthCheck(Watchdog watchdog) {
        super("delingsruter", "watchdog");
        this.watchdog = watchdog;
    }

    @Override
    public boolean isReadiness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        if (watchdog.isWell()) {
            builder.up();
        } else {
            builder.down()
                    .message(
                            "the watchdog has not made a round for " + Math.round(watchdog.secondsSinceRound()) + " s");
        }
    }
}
