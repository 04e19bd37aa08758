/** The program: main, its commands, and the wiring of all rooms into one running job. */
@NullMarked
package no.delingsruter.app;

import org.jspecify.annotations.NullMarked;
