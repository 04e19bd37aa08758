-- Every version of each result. A database that is not the store may have been told of a version twice: it is shown once.

create or replace view result_history as
select service, organisation, lookup, identifikator, gjelder_periode, qualifier, sekvensnummer, version, outcome, change, incomplete,
    payload, payload_json, payload_hash, korrelasjonsid, fetched_at from result
union all
select service, organisation, lookup, identifikator, gjelder_periode, qualifier, sekvensnummer, version, outcome, change, incomplete,
    payload, payload_json, payload_hash, korrelasjonsid, fetched_at from result_earlier e
where not exists (select 1 from result r where r.service = e.service and r.organisation = e.organisation and r.lookup = e.lookup
    and r.identifikator = e.identifikator and r.gjelder_periode = e.gjelder_periode and r.qualifier = e.qualifier and r.version = e.version);
