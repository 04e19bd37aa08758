/** Answers that are kept on disk, encrypted, so that a restart need not fetch them again. */
@NullMarked
package no.delingsruter.store.answers;

import org.jspecify.annotations.NullMarked;
