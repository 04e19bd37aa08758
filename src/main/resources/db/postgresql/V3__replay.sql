-- Events that were parked before a lookup of theirs was tried: an operator wants them to pass the route's steps again.
-- H2 does not roll back what a migration that was killed has created: every statement must be able to run again.

alter table parked add column if not exists replay_requested_at timestamp with time zone;
create index if not exists parked_replay on parked (service, organisation, replay_requested_at);
