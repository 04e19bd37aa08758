/** A simulator of Skatteetaten and Maskinporten for tests and demonstrations. Shares no class with the rest. */
@NullMarked
package no.delingsruter.simulator;

import org.jspecify.annotations.NullMarked;
