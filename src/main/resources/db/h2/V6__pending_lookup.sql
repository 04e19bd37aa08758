-- What is waiting.

create or replace view pending_lookup as
select service, organisation, lookup, identifikator, gjelder_periode, qualifier, snapshot, first_sekvensnummer, latest_sekvensnummer,
    events, identity_change, hendelse, revision, attempts, due_at, last_failure
from lookup_state where due_at is not null;
