package no.delingsruter.camel;

import java.util.Arrays;
import java.util.List;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.store.ResultDatabase;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Says one of the statements of the folder statements to the database, with the message's headers as parameters. */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = "statement",
        title = "Statement",
        syntax = "statement:name",
        category = Category.DATABASE,
        producerOnly = true)
public final class StatementEndpoint extends DefaultEndpoint {
    /** Before a statement's name, for the database that results go into, and for the store. */
    public static final String STATEMENTS = "delingsruter.statement.";

    public static final String STORE_STATEMENTS = "delingsruter.store-statement.";

    private static final String DATABASE = "delingsruter-database";
    private static final String STORE = "delingsruter-store";

    @UriPath(description = "Name of the statement in the folder statements")
    @Metadata(required = true)
    private final String name;

    @UriParam(description = "Said to the store, even where results go into a database of their own")
    private boolean store;

    StatementEndpoint(String uri, StatementComponent component, String name) {
        super(uri, component);
        this.name = name;
    }

    @Override
    public Producer createProducer() {
        String key = store ? STORE_STATEMENTS + name : STATEMENTS + name;
        String text = getCamelContext().resolvePropertyPlaceholders("{{" + key + ":}}");
        List<NamedSql> statements = Arrays.stream(text.split(";"))
                .filter(sql -> !sql.isBlank())
                .map(NamedSql::of)
                .toList();
        if (statements.isEmpty()) {
            throw new ConfigurationException("statement:" + name
                    + ": the folder statements has no statement of that name for this kind of database.");
        }
        ResultDatabase joined = database(STORE);
        ResultDatabase database = store ? joined : database(DATABASE);
        return new StatementProducer(this, statements, database, database.equals(joined));
    }

    private ResultDatabase database(String bean) {
        return ResultDatabase.of(getCamelContext().getRegistry().lookupByName(bean));
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("statement can only be sent to");
    }

    public String getName() {
        return name;
    }

    public boolean isStore() {
        return store;
    }

    public void setStore(boolean store) {
        this.store = store;
    }
}
