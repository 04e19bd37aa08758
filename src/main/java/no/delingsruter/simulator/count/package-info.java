/** What the simulator counts: calls, calls in flight, and repeated lookups. */
@NullMarked
package no.delingsruter.simulator.count;

import org.jspecify.annotations.NullMarked;
