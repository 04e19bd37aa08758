package no.delingsruter.installation;

import java.util.List;
import javax.sql.DataSource;
import no.delingsruter.observation.Alerts;
import no.delingsruter.store.LaneStateTable;
import no.delingsruter.store.LeaseRows;
import no.delingsruter.store.OperationTable;
import no.delingsruter.store.Store;
import no.delingsruter.work.LaneStates;
import no.delingsruter.work.Lanes;
import no.delingsruter.work.Leases;
import no.delingsruter.work.OperationKeeper;
import no.delingsruter.work.Operations;
import no.delingsruter.work.StateChange;
import org.springframework.transaction.support.TransactionTemplate;

/** What carries out an operator's wishes, in the running job and in a command beside it. */
public final class OperatorParts {
    private final Lanes lanes;
    private final LaneStates states;
    private final StateChange changes;
    private final Operations operations;
    private final LeaseRows leases;

    /**
     * @param dataSource of the transactions that {@code transactions} begins
     * @param lanes      all that runs
     * @param owner      of what is carried out here
     */
    public OperatorParts(DataSource dataSource, TransactionTemplate transactions, Lanes lanes, String owner) {
        LaneStateTable table = new LaneStateTable(dataSource);
        this.lanes = lanes;
        this.leases = new LeaseRows(dataSource);
        this.states = new LaneStates(table);
        this.changes = new StateChange(table, lanes);
        this.operations = new Operations(new OperationTable(dataSource, transactions), List.of(changes), owner);
    }

    OperationKeeper keeper(Store store, Leases leases, Alerts alerts) {
        return new OperationKeeper(operations, states, changes, lanes, store, leases, alerts);
    }

    /** Which instance works on what. */
    public LeaseRows leases() {
        return leases;
    }

    public Lanes lanes() {
        return lanes;
    }

    public LaneStates states() {
        return states;
    }

    public Operations operations() {
        return operations;
    }
}
