package no.delingsruter.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rows by which the instances on one PostgreSQL store agree who works on what. Each method is one statement, by the server's clock, on a
 * connection of its own. Failures are {@link StoreException}s; what was asked for may then have been done or not.
 */
public final class LeaseTable implements AutoCloseable {
    private static final String REGISTER = """
            insert into lane (unit, organisation, epoch, state, since, until, quiet_from, under_way)
            select unit, organisation, 0, 'FREE', clock_timestamp(), 'epoch', 'epoch', 0
            from unnest(cast(? as varchar[]), cast(? as varchar[])) as wanted(unit, organisation) on conflict do nothing""";
    private static final String RENEW = """
            with alive as (insert into instance (name, version, plan, since, until)
                values (?, ?, ?, clock_timestamp(), clock_timestamp() + cast(? as interval))
                on conflict (name) do update set until = excluded.until)
            update lane l set until = clock_timestamp() + cast(? as interval), state = held.state, under_way = held.under_way,
                quiet_from = clock_timestamp() + greatest(cast(? as interval), held.quiet * interval '1 millisecond')
            from unnest(cast(? as varchar[]), cast(? as varchar[]), cast(? as bigint[]), cast(? as varchar[]), cast(? as integer[]),
                cast(? as bigint[])) as held(unit, organisation, epoch, state, under_way, quiet)
            where l.unit = held.unit and l.organisation = held.organisation and l.epoch = held.epoch and l.owner = ?
            returning l.unit, l.organisation""";
    /** Not while an instance with other units is at work: what is one unit here might be two there. */
    private static final String TAKE = """
            with free as (select l.unit, l.organisation, l.quiet_from, l.owner, l.under_way from lane l
                where greatest(l.since, l.until) < clock_timestamp() - cast(? as interval)
                    and (l.unit, l.organisation) in (select * from unnest(cast(? as varchar[]), cast(? as varchar[])))
                    and not exists (select 1 from instance me join instance other on other.name <> me.name and other.plan <> me.plan
                        and other.until > clock_timestamp() and (other.since, other.name) < (me.since, me.name) where me.name = ?)
                order by l.unit, l.organisation limit ? for update of l skip locked)
            update lane l set owner = ?, epoch = l.epoch + 1, state = 'RUNNING', since = clock_timestamp(), under_way = 0,
                until = clock_timestamp() + cast(? as interval),
                quiet_from = greatest(l.quiet_from, clock_timestamp() + cast(? as interval))
            from free where l.unit = free.unit and l.organisation = free.organisation
            returning l.unit, l.organisation, l.epoch, extract(epoch from free.quiet_from - clock_timestamp()) * 1000,
                free.owner, free.under_way""";
    /** The row stays, and its epoch with it. */
    private static final String RELEASE = """
            update lane set owner = null, state = 'FREE', since = clock_timestamp(), until = clock_timestamp(), under_way = 0,
                quiet_from = clock_timestamp() + cast(? as interval)
            where unit = ? and organisation = ? and epoch = ? and owner = ?""";

    /** A host that is lost says nothing, and the server would keep what its transactions have locked until it noticed by itself. */
    private static final String EVICT =
            "select pg_terminate_backend(a.pid) from pg_stat_activity a where a.usename = current_user"
                    + " and a.application_name in (select '" + StoreAddress.APPLICATION
                    + "' || l.owner from lane l where l.owner is not null and l.until < clock_timestamp()"
                    + " and not exists (select 1 from instance i where i.name = l.owner and i.until > clock_timestamp()))";

    private static final String INSTANCES =
            "select name, plan, not exists (select 1 from instance other where other.plan <> instance.plan"
                    + " and other.until > clock_timestamp() and (other.since, other.name) < (instance.since, instance.name))"
                    + " from instance where until > clock_timestamp()";
    private static final String LEAVE = "update instance set until = clock_timestamp() where name = ?";
    private static final String FORGET =
            "delete from instance where until < clock_timestamp() - interval '1 day' and name not in"
                    + " (select owner from lane where owner is not null)";

    private final Connections connections;
    private final String name;
    private final String version;
    private final String plan;
    private final Duration ttl;
    private @Nullable Connection connection;

    /** Where connections come from. */
    public interface Connections {
        Connection open() throws SQLException;

        /** Whether a pooler lends the server's sessions, so that one of them may be another client's a moment later. */
        boolean areLent();
    }

    /** A unit for an organisation. */
    public record UnitId(String unit, String organisation) {}

    /**
     * A lease that is to be renewed.
     *
     * @param state    for those who look
     * @param underWay lookups and pages; they are made again when this instance is lost
     * @param quiet    what is left of the time in which this instance itself can make no call
     */
    public record Held(UnitId id, long epoch, String state, int underWay, Duration quiet) {}

    /**
     * A lease that was got.
     *
     * @param quiet    no call may be made before it is over; zero after an orderly hand-over
     * @param lost     the instance that had it and did not hand it over; null for none
     * @param underWay what that one had under way
     */
    public record Taken(
            UnitId id, long epoch, Duration quiet, @Nullable String lost, int underWay) {}

    /**
     * An instance that lives.
     *
     * @param takes whether it may take anything: not while an older one with other units lives
     */
    public record Instance(String name, String plan, boolean takes) {}

    /**
     * @param name of this instance, another one for each process
     * @param plan which services make a unit, as a hash
     * @param ttl  of a lease from its renewal on
     */
    public LeaseTable(Connections connections, String name, String version, String plan, Duration ttl) {
        this.connections = connections;
        this.name = name;
        this.version = version;
        this.plan = plan;
        this.ttl = ttl;
    }

    /** For a server's address, with a bound on every answer that is shorter than the lease. */
    public static Connections at(String url, String user, Supplier<String> password, Duration bound) {
        return new Bounded(
                PostgreSql.leases(url, (int) Math.max(1, bound.toSeconds())),
                user,
                password,
                bound,
                PostgreSql.goesThroughPooler(url));
    }

    private record Bounded(String address, String user, Supplier<String> password, Duration bound, boolean areLent)
            implements Connections {
        @Override
        public Connection open() throws SQLException {
            Connection connection = PostgreSql.connect(address, user, password.get());
            // The address knows whole seconds alone
            connection.setNetworkTimeout(Runnable::run, (int) bound.toMillis());
            return connection;
        }
    }

    public String name() {
        return name;
    }

    /** The same by another connection. */
    public LeaseTable another() {
        return new LeaseTable(connections, name, version, plan, ttl);
    }

    /** Makes the rows that are not there yet. */
    public void register(Collection<UnitId> ids) {
        run("The leases cannot be made", REGISTER, statement -> {
            ids(statement, 1, ids);
            return statement.executeUpdate();
        });
    }

    /**
     * Says that this instance lives, and renews what it holds.
     *
     * @param bound how long a call may be open at the server when this instance can do nothing about it any more
     * @return which of them are still held
     */
    public Set<UnitId> renew(List<Held> held, Duration bound) {
        return run("The leases cannot be renewed", RENEW, statement -> {
            statement.setString(1, name);
            statement.setString(2, version);
            statement.setString(3, plan);
            statement.setString(4, interval(ttl));
            statement.setString(5, interval(ttl));
            statement.setString(6, interval(ttl.plus(bound)));
            ids(statement, 7, held.stream().map(Held::id).toList());
            array(statement, 9, "bigint", held, Held::epoch);
            array(statement, 10, "varchar", held, Held::state);
            array(statement, 11, "integer", held, Held::underWay);
            array(statement, 12, "bigint", held, one -> one.quiet().toMillis());
            statement.setString(13, name);
            Set<UnitId> kept = new HashSet<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    kept.add(new UnitId(rows.getString(1), rows.getString(2)));
                }
            }
            return kept;
        });
    }

    /**
     * Ends the sessions of instances that have lost their leases: nothing of theirs could be written any more. Not those of a pooler, which
     * may be lent to another meanwhile.
     */
    public void evict() {
        if (connections.areLent()) {
            return;
        }
        run("The sessions of lost instances cannot be ended", EVICT, statement -> {
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        });
    }

    /**
     * Takes leases that have ended or were handed over, at most {@code most}; see {@link #renew}.
     *
     * @param free for how long nobody has had them
     */
    public List<Taken> take(Collection<UnitId> wanted, int most, Duration free, Duration bound) {
        return run("Leases cannot be taken", TAKE, statement -> {
            statement.setString(1, interval(free));
            ids(statement, 2, wanted);
            statement.setString(4, name);
            statement.setInt(5, most);
            statement.setString(6, name);
            statement.setString(7, interval(ttl));
            statement.setString(8, interval(ttl.plus(bound)));
            List<Taken> taken = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    taken.add(new Taken(
                            new UnitId(rows.getString(1), rows.getString(2)),
                            rows.getLong(3),
                            Duration.ofMillis(Math.max(0, (long) Math.ceil(rows.getDouble(4)))),
                            rows.getString(5),
                            rows.getInt(6)));
                }
            }
            return taken;
        });
    }

    /**
     * Hands a lease over, when its last call is over.
     *
     * @param quiet what is left of the time in which this instance itself could make no call; else zero
     * @return whether it was still held
     */
    public boolean release(UnitId id, long epoch, Duration quiet) {
        return run("A lease cannot be handed over", RELEASE, statement -> {
            statement.setString(1, interval(quiet));
            statement.setString(2, id.unit());
            statement.setString(3, id.organisation());
            statement.setLong(4, epoch);
            statement.setString(5, name);
            return statement.executeUpdate() == 1;
        });
    }

    /** All that live, this one too. */
    public List<Instance> instances() {
        return run("The instances cannot be read", INSTANCES, statement -> {
            List<Instance> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(new Instance(rows.getString(1), rows.getString(2), rows.getBoolean(3)));
                }
            }
            return found;
        });
    }

    /** This instance works no more. */
    public void leave() {
        run("The leaving of an instance cannot be noted", LEAVE, statement -> {
            statement.setString(1, name);
            return statement.executeUpdate();
        });
        run("Old instances cannot be forgotten", FORGET, PreparedStatement::executeUpdate);
    }

    private interface Work<T> {
        T of(PreparedStatement statement) throws SQLException;
    }

    private synchronized <T> T run(String what, String sql, Work<T> work) {
        try {
            if (connection == null) {
                connection = connections.open();
            }
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                return work.of(statement);
            }
        } catch (SQLException e) {
            close();
            throw new StoreException(what, e);
        }
    }

    private static String interval(Duration duration) {
        return duration.toMillis() + " milliseconds";
    }

    private static void ids(PreparedStatement statement, int at, Collection<UnitId> ids) throws SQLException {
        array(statement, at, "varchar", ids, UnitId::unit);
        array(statement, at + 1, "varchar", ids, UnitId::organisation);
    }

    private static <T> void array(
            PreparedStatement statement, int at, String type, Collection<T> all, Function<T, Object> part)
            throws SQLException {
        statement.setArray(
                at,
                statement
                        .getConnection()
                        .createArrayOf(type, all.stream().map(part).toArray()));
    }

    @Override
    public synchronized void close() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // it is gone either way
            }
            connection = null;
        }
    }
}
