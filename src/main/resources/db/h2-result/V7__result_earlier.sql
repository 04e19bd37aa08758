-- Each version is stored once: the newest in result, those it has replaced here.
-- By itself, so that it can run again after a kill: the view of the next migration has the name that the table had.

alter table if exists result_history rename to result_earlier;
delete from result_earlier e where exists (select 1 from result r where r.service = e.service and r.organisation = e.organisation
    and r.lookup = e.lookup and r.identifikator = e.identifikator and r.gjelder_periode = e.gjelder_periode and r.qualifier = e.qualifier
    and r.version = e.version);
