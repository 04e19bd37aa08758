/** The lanes: who works on which pending lookup when, and what happens after a failure. Knows neither Camel nor Spring. */
@NullMarked
package no.delingsruter.work;

import org.jspecify.annotations.NullMarked;
