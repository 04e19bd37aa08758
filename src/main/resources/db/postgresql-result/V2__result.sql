-- Where direct:database delivers: the newest result of each key, and every version of it.
-- Keys begin with what tells most rows apart: PostgreSQL then finds a row by it even before it has statistics.

create table if not exists result (
    service             varchar(64)  not null,
    organisation        varchar(32)  not null,
    lookup              varchar(64)  not null,
    identifikator       varchar(4000) not null,
    gjelder_periode     varchar(32)  not null,
    qualifier           varchar(200) not null,
    sekvensnummer       bigint       not null,
    version             integer      not null,
    outcome             varchar(16)  not null,
    change              varchar(16)  not null,
    incomplete          boolean      not null,
    payload             text,
    payload_json        json generated always as (case when left(payload, 1) in ('{', '[') then payload::json end) stored,
    payload_hash        varchar(64)  not null,
    korrelasjonsid      varchar(64),
    fetched_at          timestamp with time zone not null,
    primary key (identifikator, gjelder_periode, lookup, service, organisation, qualifier)
);

create table if not exists result_history (
    service             varchar(64)  not null,
    organisation        varchar(32)  not null,
    lookup              varchar(64)  not null,
    identifikator       varchar(4000) not null,
    gjelder_periode     varchar(32)  not null,
    qualifier           varchar(200) not null,
    sekvensnummer       bigint       not null,
    version             integer      not null,
    outcome             varchar(16)  not null,
    change              varchar(16)  not null,
    incomplete          boolean      not null,
    payload             text,
    payload_json        json generated always as (case when left(payload, 1) in ('{', '[') then payload::json end) stored,
    payload_hash        varchar(64)  not null,
    korrelasjonsid      varchar(64),
    fetched_at          timestamp with time zone not null,
    primary key (identifikator, gjelder_periode, lookup, service, organisation, qualifier, version)
);
