package no.delingsruter.crash.victim;

import com.zaxxer.hikari.HikariDataSource;
import java.util.Locale;
import javax.sql.DataSource;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.Databases;
import no.delingsruter.store.h2.Checkpointer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** Runs in a child: commits row after row and says each number, and the time, as soon as its commit has returned. */
public final class Commits {
    private Commits() {}

    /** How a row is committed. */
    public enum How {
        /** In the store, and flushed. */
        NOW,
        /** In the store, on disk soon. */
        SOON,
        /** In the store, left to H2 itself. */
        LATE,
        /** In a database that receives results. */
        RECEIVER
    }

    /** @param arguments the database's address, and a {@link How} */
    public static void main(String... arguments) throws InterruptedException {
        How how = How.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        String url = arguments[0];
        try (HikariDataSource pool = how == How.RECEIVER
                        ? Databases.openReceiver("database", url, "", () -> "", 4)
                        : Databases.openStore("store", url, "", "", 4);
                Checkpointer behind = new Checkpointer(pool, new Alerts())) {
            DataSource connections = behind.connections();
            TransactionTemplate transactions = behind.transactions(connections);
            JdbcTemplate jdbc = new JdbcTemplate(connections);
            jdbc.execute("create table if not exists committed (n bigint primary key)");
            behind.flush();
            for (long n = 1; ; n++) {
                long next = n;
                if (how == How.SOON) {
                    // As lookups come, and so that the kit can read them all
                    Thread.sleep(1);
                }
                if (how == How.NOW || how == How.SOON) {
                    transactions.executeWithoutResult(
                            status -> jdbc.update("insert into committed (n) values (?)", next));
                    if (how == How.NOW) {
                        behind.flush();
                    }
                } else {
                    jdbc.update("insert into committed (n) values (?)", next);
                }
                System.out.println("committed " + n + " " + System.currentTimeMillis());
            }
        }
    }
}
