-- Which events of the list were read last, by number: what turns up later is told from them, also after a restart.

alter table checkpoint add column if not exists seen text;
