package no.delingsruter.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import javax.sql.DataSource;
import no.delingsruter.model.Account;
import no.delingsruter.simulator.SimulatedList;
import org.springframework.transaction.support.TransactionTemplate;

/** I15, at the end of every kit. */
public final class BalancedBooks {
    private BalancedBooks() {}

    /** Of a store on which nobody works, or another process. */
    public static Books of(DataSource store) {
        return new Parked(store, new TransactionTemplate()).books();
    }

    /** Whatever came in is somewhere. */
    public static void check(Books books) {
        books.read().forEach(one -> assertEquals(one.in(), one.out(), () -> "I15: the books balance: " + one));
    }

    /** ... and as much was read, for each organisation, as the simulator has counted: nothing is on its way any more. */
    public static void check(Books books, SimulatedList list) {
        check(books);
        assertFalse(books.read().isEmpty());
        books.read()
                .forEach(one ->
                        assertEquals(list.size(), one.of(Account.READ), () -> "I15: as the simulator counts: " + one));
    }
}
