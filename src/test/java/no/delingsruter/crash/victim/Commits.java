package no.delingsruter.crash.victim;

import com.zaxxer.hikari.HikariDataSource;
import no.delingsruter.store.Databases;
import org.springframework.jdbc.core.JdbcTemplate;

/** Runs in a child: commits row after row and says each number as soon as its commit has returned. */
public final class Commits {
    private Commits() {
    }

    /** @param arguments the store's address */
    public static void main(String... arguments) {
        try (HikariDataSource pool = Databases.openStore("store", arguments[0], "", "", 4)) {
            JdbcTemplate jdbc = new JdbcTemplate(pool);
            jdbc.execute("create table if not exists committed (n bigint primary key)");
            long n = jdbc.queryForObject("select coalesce(max(n), 0) from committed", Long.class);
            while (true) {
                jdbc.update("insert into committed (n) values (?)", ++n);
                System.out.println("committed " + n);
            }
        }
    }
}
