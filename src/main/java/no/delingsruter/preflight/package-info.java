/** What a start would meet, found out without one. */
@NullMarked
package no.delingsruter.preflight;

import org.jspecify.annotations.NullMarked;
