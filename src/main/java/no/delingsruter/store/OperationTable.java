package no.delingsruter.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Operation.State;
import no.delingsruter.model.Scope;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What operators have asked for, and what has come of it (I12). A row may also be written by SQL: all but its kind has a default.
 * Failures are {@link StoreException}s.
 */
public final class OperationTable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<LinkedHashMap<String, Object>> ARGUMENTS = new TypeReference<>() {};
    private static final int LONGEST = 2000;
    private static final String COLUMNS =
            "id, kind, service, organisation, lookup, arguments, requested_by, reason, requested_at, state, total, done, result, owner, finished_at";

    private final JdbcTemplate jdbc;
    private final OperationKeys keys;
    private final TransactionTemplate transactions;

    /** @param dataSource of the transactions that {@code transactions} begins */
    public OperationTable(DataSource dataSource, TransactionTemplate transactions) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.keys = new OperationKeys(dataSource);
        this.transactions = transactions;
    }

    /** @return its id */
    public long add(Operation wish) {
        return guarded(() -> Objects.requireNonNull(jdbc.<Long>execute((java.sql.Connection connection) -> {
            try (var insert = connection.prepareStatement(
                    "insert into operation (kind, service, organisation, lookup, arguments, requested_by, reason, state)"
                            + " values (?, ?, ?, ?, ?, ?, ?, ?)",
                    new String[] {"id"})) {
                insert.setString(1, wish.kind());
                insert.setString(2, emptyToNull(wish.scope().service()));
                insert.setString(3, emptyToNull(wish.scope().organisation()));
                insert.setString(4, emptyToNull(wish.scope().lookup()));
                insert.setString(5, wish.arguments().isEmpty() ? null : json(wish.arguments()));
                insert.setString(6, wish.by());
                insert.setString(7, wish.reason());
                insert.setString(8, wish.state().name());
                insert.executeUpdate();
                try (ResultSet keys = insert.getGeneratedKeys()) {
                    keys.next();
                    return keys.getLong(1);
                }
            }
        })));
    }

    /**
     * Likewise, in one transaction with what it is to see to.
     *
     * @param plan writes that down by the operation's id, and answers how much it is
     */
    public long add(Operation wish, ToLongFunction<Long> plan) {
        return Objects.requireNonNull(guarded(() -> transactions.execute(status -> {
            long id = add(wish);
            progress(id, plan.applyAsLong(id), 0, wish.arguments());
            return id;
        })));
    }

    /** Those in one of some states, the oldest first. */
    public List<Operation> in(State... states) {
        return guarded(() -> jdbc.query(
                "select " + COLUMNS + " from operation where state in ("
                        + Arrays.stream(states).map(state -> "?").collect(Collectors.joining(", ")) + ") order by id",
                (row, number) -> operation(row),
                Arrays.stream(states).map(State::name).toArray()));
    }

    /** The latest, the newest first. */
    public List<Operation> latest(int limit) {
        return guarded(() -> jdbc.query(
                "select " + COLUMNS + " from operation order by id desc fetch first ? rows only",
                (row, number) -> operation(row),
                limit));
    }

    public Optional<Operation> find(long id) {
        return guarded(
                () -> jdbc
                        .query(
                                "select " + COLUMNS + " from operation where id = ?",
                                (row, number) -> operation(row),
                                id)
                        .stream()
                        .findFirst());
    }

    /** @return false when it was in another state by then */
    public boolean move(long id, State from, State to, @Nullable String owner) {
        return guarded(() -> jdbc.update(
                        "update operation set state = ?, owner = coalesce(nullif(?, ''), owner) where id = ? and state = ?",
                        to.name(),
                        owner,
                        id,
                        from.name()))
                == 1;
    }

    /** How far it has come. */
    public void progress(long id, @Nullable Long total, long done, Map<String, String> arguments) {
        guarded(() -> jdbc.update(
                "update operation set total = ?, done = ?, arguments = ? where id = ?",
                total,
                done,
                json(arguments),
                id));
    }

    /** What is to be known of it while it goes on. */
    public void say(long id, String result) {
        guarded(() -> jdbc.update("update operation set result = ? where id = ?", result, id));
    }

    /** It is over, and asks for nothing any more: what it has left undone is forgotten, and said. */
    public void end(long id, State state, String result) {
        guarded(() -> transactions.execute(status -> {
            keys.lock(id);
            int undone = keys.withdraw(id, lane -> true) + keys.forgetWaiting(id);
            String left = undone == 0 ? "" : "; left undone: " + undone + " of its keys";
            return jdbc.update(
                    "update operation set state = ?, result = ?, finished_at = ? where id = ?",
                    state.name(),
                    result.substring(0, Math.min(LONGEST - left.length(), result.length())) + left,
                    Times.now(),
                    id);
        }));
    }

    /**
     * Carries one out that needs no more than the store: its end and what it does are one transaction, so that it is done once, whoever
     * tries. What fails with a {@link RefusedException} is on record as failed.
     *
     * @param from the state that it is in
     * @param work answers what came of it, in one sentence
     * @return false when somebody else has carried it out, or begun to
     */
    public boolean once(Operation operation, State from, String owner, Function<Operation, String> work) {
        try {
            return Boolean.TRUE.equals(guarded(() -> transactions.execute(status -> {
                if (!move(operation.id(), from, State.DONE, owner)) {
                    return false;
                }
                end(operation.id(), State.DONE, work.apply(operation));
                return true;
            })));
        } catch (RefusedException e) {
            return Boolean.TRUE.equals(guarded(() -> transactions.execute(status -> {
                if (!move(operation.id(), from, State.FAILED, owner)) {
                    return false;
                }
                end(operation.id(), State.FAILED, String.valueOf(e.getMessage()));
                return true;
            })));
        }
    }

    /** What was asked for cannot be done; the message says why. */
    public static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public RefusedException(String message) {
            super(message, null, false, false);
        }
    }

    private static Operation operation(ResultSet row) throws SQLException {
        String arguments = row.getString("arguments");
        return new Operation(
                row.getLong("id"),
                row.getString("kind").strip().toLowerCase(Locale.ROOT),
                new Scope(row.getString("service"), row.getString("organisation"), row.getString("lookup")),
                arguments == null || arguments.isBlank() ? Map.of() : arguments(arguments),
                row.getString("requested_by"),
                row.getString("reason"),
                Times.of(row, "requested_at"),
                state(row.getString("state")),
                (Long) row.getObject("total"),
                row.getLong("done"),
                row.getString("result"),
                row.getString("owner"),
                Times.of(row, "finished_at"));
    }

    private static State state(String text) {
        return Arrays.stream(State.values())
                .filter(state -> state.name().equalsIgnoreCase(text))
                .findFirst()
                .orElse(State.FAILED);
    }

    private static Map<String, String> arguments(String text) {
        Map<String, String> result = new LinkedHashMap<>();
        try {
            JSON.readValue(text, ARGUMENTS)
                    .forEach((name, value) -> result.put(name, value == null ? "" : value.toString()));
        } catch (JsonProcessingException e) {
            // Said when it is carried out; what is written there may be anything
            result.put(UNREADABLE, "true");
        }
        return result;
    }

    /** An argument of one whose arguments are not a JSON object. */
    public static final String UNREADABLE = "unreadable";

    private static String json(Map<String, String> arguments) {
        try {
            return JSON.writeValueAsString(arguments);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static <T> T guarded(Supplier<T> work) {
        return StoreException.guarded("Operations cannot be read or written", work);
    }
}
