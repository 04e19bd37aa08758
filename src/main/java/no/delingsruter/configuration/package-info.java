/** The settings: every key, its default, and where its value comes from. */
@NullMarked
package no.delingsruter.configuration;

import org.jspecify.annotations.NullMarked;
