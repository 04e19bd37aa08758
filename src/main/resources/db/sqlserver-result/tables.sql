-- Where direct:database delivers, for SQL Server: the newest result of each key, those it has replaced, and a view of both.
-- A statement ends with a semicolon at the end of a line.

create table result (
    service             varchar(64) not null,
    organisation        varchar(32) not null,
    lookup              varchar(64) not null,
    identifikator       nvarchar(200) not null,
    gjelder_periode     varchar(32) not null,
    qualifier           nvarchar(100) not null,
    sekvensnummer       bigint not null,
    version             int not null,
    outcome             varchar(16) not null,
    change              varchar(16) not null,
    incomplete          bit not null,
    payload             nvarchar(max),
    payload_hash        varchar(64) not null,
    korrelasjonsid      varchar(64),
    fetched_at          datetimeoffset(3) not null,
    primary key (identifikator, gjelder_periode, lookup, service, organisation, qualifier)
);

create table result_earlier (
    service             varchar(64) not null,
    organisation        varchar(32) not null,
    lookup              varchar(64) not null,
    identifikator       nvarchar(200) not null,
    gjelder_periode     varchar(32) not null,
    qualifier           nvarchar(100) not null,
    sekvensnummer       bigint not null,
    version             int not null,
    outcome             varchar(16) not null,
    change              varchar(16) not null,
    incomplete          bit not null,
    payload             nvarchar(max),
    payload_hash        varchar(64) not null,
    korrelasjonsid      varchar(64),
    fetched_at          datetimeoffset(3) not null,
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
