/** The gateway to Skatteetaten: the limit on calls in flight, the call itself, and what its answer means. */
@NullMarked
package no.delingsruter.skatteetaten;

import org.jspecify.annotations.NullMarked;
