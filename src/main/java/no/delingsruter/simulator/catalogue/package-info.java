/** The APIs that the simulator knows. */
@NullMarked
package no.delingsruter.simulator.catalogue;

import org.jspecify.annotations.NullMarked;
