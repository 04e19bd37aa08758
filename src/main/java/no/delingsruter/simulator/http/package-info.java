/** The simulator's HTTP server: finds out what is asked for and answers it. */
@NullMarked
package no.delingsruter.simulator.http;

import org.jspecify.annotations.NullMarked;
