package no.delingsruter.store;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** A secret of an installation, made at its first start: for keyed hashes. */
public final class InstallationSecret {
    private InstallationSecret() {}

    /**
     * @param dataSource of the transactions that {@code transactions} begins
     * @throws StoreException when it cannot be read
     */
    public static byte[] of(DataSource dataSource, TransactionTemplate transactions) {
        JdbcTemplate jdbc = new JdbcTemplate(dataSource);
        return StoreException.guarded("The installation's secret cannot be read", () -> {
            try {
                return transactions.execute(status -> secret(jdbc));
            } catch (DuplicateKeyException e) {
                // Another instance was started at the same moment
                return transactions.execute(status -> secret(jdbc));
            }
        });
    }

    private static byte[] secret(JdbcTemplate jdbc) {
        List<String> found = jdbc.queryForList("select secret from installation", String.class);
        if (found.isEmpty()) {
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            found = List.of(HexFormat.of().formatHex(random));
            jdbc.update("insert into installation (secret) values (?)", found.get(0));
        }
        return found.get(0).getBytes(StandardCharsets.US_ASCII);
    }
}
