-- Where direct:database delivers, for MariaDB and MySQL: the newest result of each key, those it has replaced, and a view of both.
-- A statement ends with a semicolon at the end of a line.
-- fetched_at is UTC.

create table result (
    service             varchar(64) not null,
    organisation        varchar(32) not null,
    lookup              varchar(64) not null,
    identifikator       varchar(255) not null,
    gjelder_periode     varchar(32) not null,
    qualifier           varchar(200) not null,
    sekvensnummer       bigint not null,
    version             int not null,
    outcome             varchar(16) not null,
    `change`            varchar(16) not null,
    incomplete          boolean not null,
    payload             longtext,
    payload_hash        varchar(64) not null,
    korrelasjonsid      varchar(64),
    fetched_at          datetime(3) not null,
    primary key (identifikator, gjelder_periode, lookup, service, organisation, qualifier)
) engine = InnoDB character set utf8mb4 collate utf8mb4_bin;

create table result_earlier (
    service             varchar(64) not null,
    organisation        varchar(32) not null,
    lookup              varchar(64) not null,
    identifikator       varchar(255) not null,
    gjelder_periode     varchar(32) not null,
    qualifier           varchar(200) not null,
    sekvensnummer       bigint not null,
    version             int not null,
    outcome             varchar(16) not null,
    `change`            varchar(16) not null,
    incomplete          boolean not null,
    payload             longtext,
    payload_hash        varchar(64) not null,
    korrelasjonsid      varchar(64),
    fetched_at          datetime(3) not null,
    primary key (identifikator, gjelder_periode, lookup, service, organisation, qualifier, version)
) engine = InnoDB character set utf8mb4 collate utf8mb4_bin;

create view result_history as
select service, organisation, lookup, identifikator, gjelder_periode, qualifier, sekvensnummer, version, outcome, `change`, incomplete, payload, payload_hash, korrelasjonsid, fetched_at
    from result
union all
select service, organisation, lookup, identifikator, gjelder_periode, qualifier, sekvensnummer, version, outcome, `change`, incomplete, payload, payload_hash, korrelasjonsid, fetched_at
    from result_earlier e
where not exists (select 1 from result r where r.service = e.service and r.organisation = e.organisation and r.lookup = e.lookup
    and r.identifikator = e.identifikator and r.gjelder_periode = e.gjelder_periode and r.qualifier = e.qualifier and r.version = e.version);
