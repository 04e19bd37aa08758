package no.delingsruter.crash.victim;

import com.zaxxer.hikari.HikariDataSource;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.Databases;
import no.delingsruter.store.h2.Checkpointer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Runs in a child: several threads commit transactions that each write a row into every one of several tables. */
public final class Moves {
    /** How many tables. */
    public static final int TABLES = 6;

    private static final int THREADS = 8;

    private Moves() {}

    /** @param arguments the store's address, and whether it is written behind */
    public static void main(String... arguments) {
        HikariDataSource pool = Databases.openStore("store", arguments[0], "", "", THREADS + 1);
        boolean behind = Boolean.parseBoolean(arguments[1]);
        Checkpointer writer = behind ? new Checkpointer(pool, new Alerts()) : null;
        DataSource connections = behind ? writer.connections() : pool;
        TransactionTemplate transactions = behind
                ? writer.transactions(connections)
                : new TransactionTemplate(new DataSourceTransactionManager(pool));
        JdbcTemplate jdbc = new JdbcTemplate(connections);
        for (int table = 0; table < TABLES; table++) {
            jdbc.execute("create table if not exists moved_" + table + " (n varchar primary key)");
        }
        AtomicLong next = new AtomicLong();
        for (int i = 0; i < THREADS; i++) {
            new Thread(() -> move(transactions, jdbc, next)).start();
        }
    }

    private static void move(TransactionTemplate transactions, JdbcTemplate jdbc, AtomicLong next) {
        while (true) {
            // Neighbours in time are not neighbours in the table
            String n = Long.toString(Long.reverse(next.incrementAndGet()), 36);
            transactions.executeWithoutResult(status -> {
                for (int table = 0; table < TABLES; table++) {
                    jdbc.update("insert into moved_" + table + " (n) values (?)", n);
                }
            });
            if (next.get() % 100 == 0) {
                System.out.println("moved " + next.get());
            }
        }
    }
}
