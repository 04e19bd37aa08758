-- What lookup_state holds now. By itself, so that it can run again after a kill: the view of the next migration has a name of these.

drop table if exists pending_lookup;
drop table if exists delivered;
