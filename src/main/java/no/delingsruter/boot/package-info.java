/** Delingsruter in an application of Spring Boot: an installation made of the application's own parts. */
@NullMarked
package no.delingsruter.boot;

import org.jspecify.annotations.NullMarked;
