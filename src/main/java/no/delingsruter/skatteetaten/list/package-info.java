/** The protocols of Skatteetaten's event lists, and the reading of them page by page. */
@NullMarked
package no.delingsruter.skatteetaten.list;

import org.jspecify.annotations.NullMarked;
