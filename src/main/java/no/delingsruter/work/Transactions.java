package no.delingsruter.work;

import java.util.function.Supplier;

/** Transactions of the store. */
@FunctionalInterface
public interface Transactions {
    /**
     * Runs {@code work} in one that is rolled back when it returns a failure, or throws.
     *
     * @return what it returned; null for no failure
     */
    Throwable run(Supplier<Throwable> work);
}
