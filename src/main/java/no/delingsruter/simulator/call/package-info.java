/** One call to the simulator, and the answer to it. */
@NullMarked
package no.delingsruter.simulator.call;

import org.jspecify.annotations.NullMarked;
