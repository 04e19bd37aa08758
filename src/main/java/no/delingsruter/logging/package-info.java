/** The log, with everything personal masked where a log event is made. */
@NullMarked
package no.delingsruter.logging;

import org.jspecify.annotations.NullMarked;
