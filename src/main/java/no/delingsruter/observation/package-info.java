/** What an operator sees of a running job: alerts, statistics, metrics and progress. */
@NullMarked
package no.delingsruter.observation;

import org.jspecify.annotations.NullMarked;
