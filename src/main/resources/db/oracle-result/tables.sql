-- Where direct:database delivers, for Oracle: the newest result of each key, those it has replaced, and a view of both.
-- A statement ends with a semicolon at the end of a line.
-- An empty text is null here: an empty period or qualifier is a space.

create table result (
    service             varchar2(64 char) not null,
    organisation        varchar2(32 char) not null,
    lookup              varchar2(64 char) not null,
    identifikator       varchar2(400 char) not null,
    gjelder_periode     varchar2(32 char) not null,
    qualifier           varchar2(200 char) not null,
    sekvensnummer       number(19) not null,
    version             number(10) not null,
    outcome             varchar2(16 char) not null,
    change              varchar2(16 char) not null,
    incomplete          number(1) not null,
    payload             clob,
    payload_hash        varchar2(64 char) not null,
    korrelasjonsid      varchar2(64 char),
    fetched_at          timestamp(3) with time zone not null,
    primary key (identifikator, gjelder_periode, lookup, service, organisation, qualifier)
);

create table result_earlier (
    service             varchar2(64 char) not null,
    organisation        varchar2(32 char) not null,
    lookup              varchar2(64 char) not null,
    identifikator       varchar2(400 char) not null,
    gjelder_periode     varchar2(32 char) not null,
    qualifier           varchar2(200 char) not null,
    sekvensnummer       number(19) not null,
    version             number(10) not null,
    outcome             varchar2(16 char) not null,
    change              varchar2(16 char) not null,
    incomplete          number(1) not null,
    payload             clob,
    payload_hash        varchar2(64 char) not null,
    korrelasjonsid      varchar2(64 char),
    fetched_at          timestamp(3) with time zone not null,
    primary key (identifikator, gjelder_periode, lookup, service, organisation, qualifier, version)
);

create view result_history as
select service, organisation, lookup, identifikator, gjelder_periode, qualifier, sekvensnummer, version, outcome, change, incomplete, payload, payload_hash, korrelasjonsid, fetched_at
    from result
union all
select service, organisation, lookup, identifikator, gjelder_periode, qualifier, sekvensnummer, version, outcome, change, incomplete, payload, payload_hash, korrelasjonsid, fetched_at
    from result_earlier e
where not exists (select 1 from result r where r.service = e.service and r.organisation = e.organisation and r.lookup = e.lookup
    and r.identifikator = e.identifikator and r.gjelder_periode = e.gjelder_periode and r.qualifier = e.qualifier and r.version = e.version);
