-- Which instance works on what: one row for each unit (the services that share an API) and organisation. A row is never deleted, and its
-- epoch never becomes smaller: what was begun under an older one is refused. All times are this server's.

create table if not exists instance (
    name                varchar(100) primary key,
    version             varchar(64)  not null,
    plan                varchar(64)  not null,
    since               timestamp with time zone not null,
    until               timestamp with time zone not null
) with (fillfactor = 50);

create table if not exists lane (
    unit                varchar(100) not null,
    organisation        varchar(32)  not null,
    owner               varchar(100),
    epoch               bigint       not null,
    state               varchar(16)  not null,
    since               timestamp with time zone not null,
    until               timestamp with time zone not null,
    quiet_from          timestamp with time zone not null,
    under_way           integer      not null,
    primary key (unit, organisation)
) with (fillfactor = 50);

-- Two instances that start at the same moment make one secret
create unique index if not exists installation_one on installation ((true));
