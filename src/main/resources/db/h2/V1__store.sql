-- The store: where each event list has been read to, which lookups are pending, what was delivered last, what is parked.
-- H2 does not roll back what a migration that was killed has created: every statement must be able to run again.
-- Keys begin with what tells most rows apart: PostgreSQL then finds a row by it even before it has statistics.

create table if not exists installation (
    secret              varchar(64)  not null
);

create table if not exists checkpoint (
    service             varchar(64)  not null,
    organisation        varchar(32)  not null,
    sekvensnummer       bigint       not null,
    updated_at          timestamp with time zone not null,
    primary key (service, organisation)
);

create table if not exists pending_lookup (
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
    hendelse            varchar,
    revision            integer      not null,
    attempts            integer      not null,
    due_at              timestamp with time zone not null,
    last_failure        varchar(500),
    primary key (identifikator, gjelder_periode, lookup, service, organisation, qualifier, snapshot)
);
create index if not exists pending_lookup_due on pending_lookup (service, organisation, lookup, due_at, first_sekvensnummer);

-- What was delivered last for each key: tells first, changed and unchanged apart without keeping the payload
create table if not exists delivered (
    service             varchar(64)  not null,
    organisation        varchar(32)  not null,
    lookup              varchar(64)  not null,
    identifikator       varchar(4000) not null,
    gjelder_periode     varchar(32)  not null,
    qualifier           varchar(200) not null,
    sekvensnummer       bigint       not null,
    version             integer      not null,
    outcome             varchar(16)  not null,
    payload_hash        varchar(64)  not null,
    primary key (identifikator, gjelder_periode, lookup, service, organisation, qualifier)
);

create table if not exists parked (
    id                  bigint generated always as identity primary key,
    service             varchar(64)  not null,
    organisation        varchar(32)  not null,
    lookup              varchar(64)  not null,
    identifikator       varchar(4000) not null,
    gjelder_periode     varchar(32)  not null,
    qualifier           varchar(200) not null,
    snapshot            bigint       not null,
    sekvensnummer       bigint       not null,
    identity_change     boolean      not null,
    hendelse            varchar,
    status              integer,
    kode                varchar(64),
    korrelasjonsid      varchar(64),
    reason              varchar(500) not null,
    attempts            integer      not null,
    parked_at           timestamp with time zone not null,
    discarded_at        timestamp with time zone,
    discarded_because   varchar(500)
);
create index if not exists parked_key on parked (identifikator, gjelder_periode, lookup);

create table if not exists watch (
    service             varchar(64)  not null,
    organisation        varchar(32)  default 'self' not null,
    identifikator       varchar(4000) not null,
    gjelder_periode     varchar(32)  default '' not null,
    qualifier           varchar(200) default '' not null,
    requested_at        timestamp with time zone,
    action              varchar(8),
    primary key (identifikator, service, organisation, gjelder_periode, qualifier)
);
create index if not exists watch_action on watch (action, service, organisation);
create index if not exists watch_new on watch (requested_at, service, organisation);
