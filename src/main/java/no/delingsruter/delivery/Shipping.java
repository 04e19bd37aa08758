package no.delingsruter.delivery;

import no.delingsruter.logging.Logging;
import no.delingsruter.observation.Alerts;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Says once that finished files cannot be sent to where they are to go, and once that they can again. */
public final class Shipping {
    private @Nullable Alerts alerts;
    private String what = "";

    public void setAlerts(Alerts alerts) {
        this.alerts = alerts;
    }

    /** @param what such as {@code Files to sftp.address} */
    public void setWhat(String what) {
        this.what = what;
    }

    /** A file has arrived. */
    public void sent() {
        if (alerts != null) {
            alerts.ends(what);
        }
    }

    /** A file has not arrived: it stays, and is tried again. */
    public void failed(Exchange exchange) throws Exception {
        Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (alerts != null) {
            alerts.begins(what, "not sent (" + Logging.cause(cause) + "); they are kept and tried again");
        }
        throw cause;
    }
}
