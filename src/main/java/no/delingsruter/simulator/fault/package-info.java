/** The ways in which a call to the simulator can go wrong, and the rules that choose them. */
@NullMarked
package no.delingsruter.simulator.fault;

import org.jspecify.annotations.NullMarked;
