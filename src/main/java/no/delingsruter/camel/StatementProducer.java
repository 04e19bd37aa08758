package no.delingsruter.camel;

import java.util.List;
import no.delingsruter.store.ResultDatabase;
import no.delingsruter.store.ResultStatement;
import no.delingsruter.work.LookupExecution;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/** Leaves statements to the result's own end where they are the store's, and says them at once otherwise. */
final class StatementProducer extends DefaultProducer {
    private final String name;
    private final List<NamedSql> statements;
    private final ResultDatabase database;
    private final boolean joins;

    /** @param joins whether the database is the store, in the transaction of the calling thread */
    StatementProducer(StatementEndpoint endpoint, List<NamedSql> statements, ResultDatabase database, boolean joins) {
        super(endpoint);
        this.name = endpoint.getName();
        this.statements = statements;
        this.database = database;
        this.joins = joins;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        LookupExecution execution = exchange.getProperty(LookupExecution.PROPERTY, LookupExecution.class);
        if (execution != null && !joins) {
            // What another database has is not taken back
            execution.writeNow();
        }
        for (NamedSql sql : statements) {
            ResultStatement statement = new ResultStatement(
                    name, sql.sql(), sql.values(exchange.getMessage().getHeaders()));
            if (execution == null || !execution.write(statement)) {
                database.say(statement);
            }
        }
    }
}
