/** Access tokens from Maskinporten: the signing key, the grant, and a token that is renewed before it expires. */
@NullMarked
package no.delingsruter.maskinporten;

import org.jspecify.annotations.NullMarked;
