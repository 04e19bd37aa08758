/** What a delivery route needs: the headers of a message, files of JSON lines, and parameters for SQL. */
@NullMarked
package no.delingsruter.delivery;

import org.jspecify.annotations.NullMarked;
