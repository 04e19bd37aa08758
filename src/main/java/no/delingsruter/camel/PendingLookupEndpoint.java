package no.delingsruter.camel;

import java.util.Locale;
import no.delingsruter.model.EventMapping;
import no.delingsruter.work.PendingLookups;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Lookups that events asked for: from it the next one that is due, to it the event that asks for one. */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "pending-lookup",
        title = "Pending Lookup",
        syntax = "pending-lookup:service",
        category = Category.DATABASE)
public final class PendingLookupEndpoint extends DefaultEndpoint {
    @UriPath(description = "Service of the catalogue")
    @Metadata(required = true)
    private final String service;

    @UriParam(description = "Which of the service's lookups; the service's name by default")
    private String lookup;

    @UriParam(defaultValue = "identifikator", description = "The event's field that the lookup is by")
    private String identifikator = "identifikator";

    @UriParam(defaultValue = "gjelderPeriode", description = "The event's field that holds the period")
    private String gjelderPeriode = "gjelderPeriode";

    @UriParam(description = "The event's field that holds what else the lookup needs")
    private String qualifier;

    @UriParam(
            defaultValue = "as-is",
            description = "Form of the lookup's period: as-is, year, month (a year becomes its months) or none")
    private String period = "as-is";

    @UriParam(description = "The lookup reads snapshots: each event is looked up by itself")
    private boolean snapshot;

    @UriParam(
            defaultValue = "true",
            description =
                    "False when only an event can tell what the lookup needs: keys on the watch list then have no first lookup")
    private boolean firstLookup = true;

    PendingLookupEndpoint(String uri, PendingLookupComponent component, String service) {
        super(uri, component);
        this.service = service;
        this.lookup = service;
    }

    @Override
    public Producer createProducer() {
        EventMapping mapping = new EventMapping(
                field(EventMapping.IDENTIFIKATOR, identifikator),
                field(EventMapping.PERIOD, gjelderPeriode),
                field(EventMapping.QUALIFIER, qualifier),
                EventMapping.Period.valueOf(period.toUpperCase(Locale.ROOT).replace('-', '_')),
                snapshot,
                firstLookup);
        if (shared().runs(service, lookup)) {
            InstalledParts.of(getCamelContext()).watchList().mapping(service, lookup, mapping);
        }
        return new PendingLookupProducer(this, mapping);
    }

    private String field(String key, String declared) {
        return InstalledParts.of(getCamelContext())
                .settings()
                .find(service + "." + key)
                .orElse(declared);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        PendingLookupConsumer consumer = new PendingLookupConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    PendingLookups shared() {
        return InstalledParts.of(getCamelContext()).lookups();
    }

    public String getService() {
        return service;
    }

    public String getLookup() {
        return lookup;
    }

    public void setLookup(String lookup) {
        this.lookup = lookup;
    }

    public String getIdentifikator() {
        return identifikator;
    }

    public void setIdentifikator(String identifikator) {
        this.identifikator = identifikator;
    }

    public String getGjelderPeriode() {
        return gjelderPeriode;
    }

    public void setGjelderPeriode(String gjelderPeriode) {
        this.gjelderPeriode = gjelderPeriode;
    }

    public String getQualifier() {
        return qualifier;
    }

    public void setQualifier(String qualifier) {
        this.qualifier = qualifier;
    }

    public String getPeriod() {
        return period;
    }

    public void setPeriod(String period) {
        this.period = period;
    }

    public boolean isSnapshot() {
        return snapshot;
    }

    public void setSnapshot(boolean snapshot) {
        this.snapshot = snapshot;
    }

    public boolean isFirstLookup() {
        return firstLookup;
    }

    public void setFirstLookup(boolean firstLookup) {
        this.firstLookup = firstLookup;
    }
}
