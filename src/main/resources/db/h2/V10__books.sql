-- The books of each list and organisation: what came in, and what became of it. What became of a key's events stands in its own row, so
-- that lookups that end at the same time do not wait for one another; the sum over all rows and accounts balances at every commit.
-- H2 does not roll back what a migration that was killed has done: every statement must be able to run again.

alter table lookup_state add column if not exists coalesced integer default 0 not null;
alter table lookup_state add column if not exists done_delivered integer default 0 not null;
alter table lookup_state add column if not exists done_unchanged integer default 0 not null;
alter table lookup_state add column if not exists done_none integer default 0 not null;
alter table lookup_state add column if not exists done_deleted integer default 0 not null;
alter table lookup_state add column if not exists left_out integer default 0 not null;

-- A first lookup of a key on the watch list counts like an event
update lookup_state set events = 1 where due_at is not null and events = 0;

create table if not exists books (
    service             varchar(64)  not null,
    organisation        varchar(32)  not null,
    account             varchar(100) not null,
    amount              bigint       not null,
    primary key (service, organisation, account)
);

-- What is there when the books are opened; what was done before that is not known
insert into books (service, organisation, account, amount)
select service, organisation, 'earlier', sum(events) from (
    select service, organisation, events from lookup_state where due_at is not null
    union all select service, organisation, 1 from parked) as there
where not exists (select 1 from books) group by service, organisation;
