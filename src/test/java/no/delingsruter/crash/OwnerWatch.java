package no.delingsruter.crash;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** Looks all the time which units have an owner, by the database's clock. */
final class OwnerWatch implements AutoCloseable {
    private static final String LOOK =
            "select organisation, owner, until > clock_timestamp() as held from lane where unit = 'inntekt'";

    private final JdbcTemplate jdbc;
    private final int units;
    private final Thread thread = new Thread(this::run, "owner-watch");
    private final Map<String, Long> ownedLast = new HashMap<>();
    private final Map<String, String> owners = new HashMap<>();
    private long longest;
    private int changes;
    private volatile boolean closed;

    OwnerWatch(JdbcTemplate jdbc, int units) {
        this.jdbc = jdbc;
        this.units = units;
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!closed) {
            try {
                look();
                Thread.sleep(20);
            } catch (DataAccessException e) {
                // Sessions are ended on purpose
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private synchronized void look() {
        long asked = System.nanoTime();
        jdbc.query(LOOK, row -> {
            String organisation = row.getString("organisation");
            String owner = row.getString("owner");
            if (owner != null && row.getBoolean("held")) {
                Long last = ownedLast.put(organisation, System.nanoTime());
                String before = owners.put(organisation, owner);
                if (last != null && before != null && !before.equals(owner)) {
                    changes++;
                    longest = Math.max(longest, asked - last);
                }
            } else if (ownedLast.containsKey(organisation)) {
                longest = Math.max(longest, asked - ownedLast.get(organisation));
            }
        });
    }

    /** That one of them was seen without an owner. */
    synchronized Duration longest() {
        if (ownedLast.size() != units) {
            throw new AssertionError("Only " + ownedLast.keySet() + " had owners");
        }
        return Duration.ofNanos(longest);
    }

    /** How often a unit has changed hands. */
    synchronized int changes() {
        return changes;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
