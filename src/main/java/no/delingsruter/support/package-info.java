/** Small helpers that belong to no other room: keyed hashes, threads, and files that only their owner may read. */
@NullMarked
package no.delingsruter.support;

import org.jspecify.annotations.NullMarked;
