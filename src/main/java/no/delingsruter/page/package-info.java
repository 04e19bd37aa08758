/** What the job serves to operators on {@code management.port}: the page and {@code /api}, with the verbs of the commands. */
@NullMarked
package no.delingsruter.page;

import org.jspecify.annotations.NullMarked;
