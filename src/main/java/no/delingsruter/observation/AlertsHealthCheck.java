package no.delingsruter.observation;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Readiness: down while something stands still (the store is away, everything is refused). What is merely slower is told
 * about and leaves it up. Liveness is not affected: a restart would help against neither.
 */
public final class AlertsHealthCheck extends AbstractHealthCheck {
    private final Alerts alerts;

    public AlertsHealthCheck(Alerts alerts) {
        super("delingsruter", "trouble");
        this.alerts = alerts;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        alerts.open().forEach(builder::detail);
        if (alerts.standstill()) {
            builder.down();
        } else {
            builder.up();
        }
    }
}
