/** Tables and SQL: checkpoints, pending lookups, parked events and results, in H2 or PostgreSQL. */
@NullMarked
package no.delingsruter.store;

import org.jspecify.annotations.NullMarked;
