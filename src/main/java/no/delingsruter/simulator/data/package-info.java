/** The event lists that the simulator serves, and the state of their keys. */
@NullMarked
package no.delingsruter.simulator.data;

import org.jspecify.annotations.NullMarked;
