-- Every version of each result.

create or replace view result_history as
select service, organisation, lookup, identifikator, gjelder_periode, qualifier, sekvensnummer, version, outcome, change, incomplete,
    payload, payload_json, payload_hash, korrelasjonsid, fetched_at from result
union all
select service, organisation, lookup, identifikator, gjelder_periode, qualifier, sekvensnummer, version, outcome, change, incomplete,
    payload, payload_json, payload_hash, korrelasjonsid, fetched_at from result_earlier;
