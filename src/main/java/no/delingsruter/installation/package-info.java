/** One installation in one Camel context: the wiring that the program and an application with Delingsruter in it share. */
@NullMarked
package no.delingsruter.installation;

import org.jspecify.annotations.NullMarked;
