/** The Camel components for event lists and pending lookups, and the settings of the HTTP clients that they use. */
@NullMarked
package no.delingsruter.camel;

import org.jspecify.annotations.NullMarked;
