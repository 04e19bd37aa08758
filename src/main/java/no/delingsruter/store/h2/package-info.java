/** What H2's file needs beside its SQL: checkpoints on disk at the right moments. */
@NullMarked
package no.delingsruter.store.h2;

import org.jspecify.annotations.NullMarked;
