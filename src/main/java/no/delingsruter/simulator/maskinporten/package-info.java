/** The simulator's own Maskinporten: checks grants and issues tokens. */
@NullMarked
package no.delingsruter.simulator.maskinporten;

import org.jspecify.annotations.NullMarked;
