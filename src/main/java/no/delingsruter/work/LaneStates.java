package no.delingsruter.work;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import no.delingsruter.model.Directive;
import no.delingsruter.model.LaneState;
import no.delingsruter.model.Scope;
import no.delingsruter.store.LaneStateTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which state each service, organisation and lookup is in, as last read from the store: of the directives about it the latest holds, the
 * narrowest where one operation has put several. A planned window pauses what runs.
 */
public final class LaneStates {
    private static final Logger LOG = LoggerFactory.getLogger(LaneStates.class);
    private static final Comparator<Directive> LATEST = Comparator.comparingLong(Directive::operation)
            .thenComparingInt(directive -> directive.scope().parts());

    private final LaneStateTable table;
    private final InstantSource clock;
    private final Set<Scope> readingNow = ConcurrentHashMap.newKeySet();
    private volatile List<Directive> directives = List.of();
    private Set<Directive> open = Set.of();

    public LaneStates(LaneStateTable table) {
        this(table, InstantSource.system());
    }

    LaneStates(LaneStateTable table, InstantSource clock) {
        this.table = table;
        this.clock = clock;
    }

    /** Reads them again; what has changed is said in the log. @throws no.delingsruter.store.StoreException when the store is away */
    public synchronized void refresh() {
        List<Directive> now = List.copyOf(table.read());
        List<Directive> before = directives;
        directives = now;
        for (Directive directive : now) {
            if (!before.contains(directive)) {
                LOG.info(
                        "{}: {}{} ({})",
                        directive.scope(),
                        directive.state(),
                        directive.planned() ? " from " + directive.begins() + " to " + directive.ends() : "",
                        directive.cause());
            }
        }
        sayWindows(now);
    }

    private void sayWindows(List<Directive> now) {
        Set<Directive> opened = new HashSet<>(now);
        opened.removeIf(directive -> !directive.open(clock.instant()));
        for (Directive directive : opened) {
            if (!open.contains(directive)) {
                LOG.info("{}: the planned pause has begun, until {}", directive.scope(), directive.ends());
            }
        }
        for (Directive directive : open) {
            if (!opened.contains(directive)) {
                LOG.info("{}: the planned pause is over", directive.scope());
            }
        }
        open = opened;
    }

    /** @param lookup empty for the event list */
    public LaneState of(String service, String organisation, String lookup) {
        return directive(service, organisation, lookup).map(Directive::state).orElse(LaneState.RUNNING);
    }

    /** What holds for it; empty when it runs and nothing has been said about it. */
    public Optional<Directive> directive(String service, String organisation, String lookup) {
        List<Directive> all = directives;
        if (all.isEmpty()) {
            return Optional.empty();
        }
        Scope one = new Scope(service, organisation, lookup);
        List<Directive> about =
                all.stream().filter(directive -> directive.scope().covers(one)).toList();
        Optional<Directive> lasting =
                about.stream().filter(directive -> !directive.planned()).max(LATEST);
        if (lasting.isPresent() && lasting.get().state() != LaneState.RUNNING) {
            return lasting;
        }
        Instant now = clock.instant();
        return about.stream()
                .filter(directive -> directive.open(now))
                .max(LATEST)
                .or(() -> lasting);
    }

    /** What is planned, and not over yet. */
    public List<Directive> planned() {
        Instant now = clock.instant();
        return directives.stream()
                .filter(directive ->
                        directive.ends() != null && directive.ends().isAfter(now))
                .toList();
    }

    /** Whether the event list may be read. */
    public boolean reads(String service, String organisation) {
        return directives.isEmpty() || of(service, organisation, "").reads();
    }

    public boolean looksUp(String service, String organisation, String lookup) {
        return directives.isEmpty() || of(service, organisation, lookup).looksUp();
    }

    /** The event list is being read, or a page of it stored, or no longer. */
    public void reading(String service, String organisation, boolean now) {
        Scope list = new Scope(service, organisation, "");
        if (now) {
            readingNow.add(list);
        } else {
            readingNow.remove(list);
        }
    }

    boolean isReading(String service, String organisation) {
        return readingNow.contains(new Scope(service, organisation, ""));
    }
}
