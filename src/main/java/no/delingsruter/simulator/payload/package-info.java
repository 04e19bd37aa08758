/** The texts of generated events and answers. */
@NullMarked
package no.delingsruter.simulator.payload;

import org.jspecify.annotations.NullMarked;
