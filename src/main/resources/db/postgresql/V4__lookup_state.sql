-- One row for each key, of what is pending for it and of what was delivered last: a delivery then moves no row from one index to another.
-- H2 does not roll back what a migration that was killed has done: every statement must be able to run again.
-- Keys begin with what tells most rows apart: PostgreSQL then finds a row by it even before it has statistics.

create table if not exists lookup_state (
    service             varchar(64)  not null,
    organisation        varchar(32)  not null,
    lookup              varchar(64)  not null,
    identifikator       varchar(4000) not null,
    gjelder_periode     varchar(32)  not null,
    qualifier           varchar(200) not null,
    snapshot            bigint       not null,
    first_sekvensnummer bigint       not null,
    latest_sekvensnummer bigint      not null,
    events              integer      not null,
    identity_change     boolean      not null,
    hendelse            text,
    revision            integer      not null,
    attempts            integer      not null,
    due_at              timestamp with time zone,
    last_failure        varchar(500),
    version             integer,
    outcome             varchar(16),
    payload_hash        varchar(64),
    primary key (identifikator, gjelder_periode, lookup, service, organisation, qualifier, snapshot)
);
create index if not exists lookup_due on lookup_state (service, organisation, lookup, due_at, first_sekvensnummer) where due_at is not null;

insert into lookup_state (service, organisation, lookup, identifikator, gjelder_periode, qualifier, snapshot, first_sekvensnummer,
    latest_sekvensnummer, events, identity_change, hendelse, revision, attempts, due_at, last_failure)
select service, organisation, lookup, identifikator, gjelder_periode, qualifier, snapshot, first_sekvensnummer,
    latest_sekvensnummer, events, identity_change, hendelse, revision, attempts, due_at, last_failure
from pending_lookup p where not exists (select 1 from lookup_state s where s.service = p.service and s.organisation = p.organisation
    and s.lookup = p.lookup and s.identifikator = p.identifikator and s.gjelder_periode = p.gjelder_periode and s.qualifier = p.qualifier
    and s.snapshot = p.snapshot);

insert into lookup_state (service, organisation, lookup, identifikator, gjelder_periode, qualifier, snapshot, first_sekvensnummer,
    latest_sekvensnummer, events, identity_change, revision, attempts)
select service, organisation, lookup, identifikator, gjelder_periode, qualifier, 0, sekvensnummer, sekvensnummer, 0, false, 0, 0
from delivered d where not exists (select 1 from lookup_state s where s.service = d.service and s.organisation = d.organisation
    and s.lookup = d.lookup and s.identifikator = d.identifikator and s.gjelder_periode = d.gjelder_periode and s.qualifier = d.qualifier
    and s.snapshot = 0);

update lookup_state s set (version, outcome, payload_hash) = (select d.version, d.outcome, d.payload_hash
    from delivered d where d.service = s.service and d.organisation = s.organisation and d.lookup = s.lookup
    and d.identifikator = s.identifikator and d.gjelder_periode = s.gjelder_periode and d.qualifier = s.qualifier)
where snapshot = 0;
