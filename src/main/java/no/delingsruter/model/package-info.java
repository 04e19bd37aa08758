/** The records that all rooms may see: keys, pending lookups, pages, outcomes and failures. */
@NullMarked
package no.delingsruter.model;

import org.jspecify.annotations.NullMarked;
