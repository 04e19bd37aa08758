package no.delingsruter.app;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import no.delingsruter.catalogue.Catalogue;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.installation.OperatorParts;
import no.delingsruter.store.Databases;
import no.delingsruter.store.H2File;
import no.delingsruter.store.InstallationSecret;
import no.delingsruter.store.Parked;
import no.delingsruter.support.KeyedHash;
import no.delingsruter.work.Lanes;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** From the command line: through the running job where only it can open the store, else in the store itself. */
public final class StoreOperatorAccess implements OperatorAccess {
    private final Supplier<Settings> settings;

    /** @param settings read when a command runs, and not for its help */
    public StoreOperatorAccess(Supplier<Settings> settings) {
        this.settings = settings;
    }

    @Override
    public int run(List<String> arguments, @Nullable String input, Work work, PrintWriter out) {
        Settings found = settings.get();
        Optional<H2File> file = H2File.of(found.get("store.url"));
        if (file.isPresent()) {
            if (!Files.exists(file.get().data())) {
                throw new ConfigurationException(
                        "store.url: there is no store at " + file.get().data() + ".");
            }
            try {
                Optional<Integer> exitCode = JobSocket.send(file.get().operator(), arguments, input, out);
                if (exitCode.isPresent()) {
                    return exitCode.get();
                }
            } catch (IOException e) {
                throw new ConfigurationException("The running job has not answered; is it being stopped?");
            }
        }
        try (HikariDataSource pool = Databases.openStoreAsItIs(
                "store",
                found.get("store.url"),
                found.find("store.user").orElse(""),
                found.find("store.password").orElse(""),
                2)) {
            TransactionTemplate transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
            Catalogue catalogue = Catalogue.read(Delingsruter.routes());
            List<String> services = found.list("services");
            Lanes lanes = new Lanes(catalogue.lanes(found, services), catalogue.needingEvent(found, services));
            return work.run(
                    new Operator(
                            new Parked(pool, transactions),
                            new OperatorParts(pool, transactions, lanes, OperatorParts.Job.none(found)),
                            new KeyedHash(InstallationSecret.of(pool, transactions)),
                            found,
                            file.isEmpty() && Databases.isWorkedOn(pool)),
                    out);
        }
    }
}
