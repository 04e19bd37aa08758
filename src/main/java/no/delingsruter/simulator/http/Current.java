package no.delingsruter.simulator.http;

/**
 * What a lookup of a key would answer now.
 *
 * @param outcome found, shielded, recorded, or the error's kode
 * @param version events published for the key so far; 0 for none
 * @param body    the whole answer; an error's without korrelasjonsid
 */
public record Current(int status, String outcome, int version, String body) {}
