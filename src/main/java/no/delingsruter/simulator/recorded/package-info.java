/** Answers from recorded files instead of generated ones. */
@NullMarked
package no.delingsruter.simulator.recorded;

import org.jspecify.annotations.NullMarked;
