/** The watch list: the keys that a service follows, and how an operator adds and removes them. */
@NullMarked
package no.delingsruter.watch;

import org.jspecify.annotations.NullMarked;
