-- The host application writes; the analytics role, which Millrace reads with, can only read.
create role application login password :application_password;
create role analytics login password :analytics_password;
alter role analytics set default_transaction_read_only = on;
revoke create on schema public from public;

-- Follows the changes: it prepares the tables, so it has what their owner has; it pauses the standby's replay for a moment.
create role replication login replication password :replication_password in role application;
grant execute on function pg_wal_replay_pause(), pg_wal_replay_resume() to replication;
