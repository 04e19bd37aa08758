/** The services that route files describe, and the checks that a configuration must pass before anything starts. */
@NullMarked
package no.delingsruter.catalogue;

import org.jspecify.annotations.NullMarked;
