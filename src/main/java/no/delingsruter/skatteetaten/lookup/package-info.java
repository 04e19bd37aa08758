/** Skatteetaten's lookups, one key or many at a time, and what is delivered of their answers. */
@NullMarked
package no.delingsruter.skatteetaten.lookup;

import org.jspecify.annotations.NullMarked;
