-- The host's own list of customers; Millrace reads its allowlist from it.
create table tenant (
  id text primary key,
  name text not null,
  schema_name text unique,
  time_zone text not null
);
alter table tenant owner to application;
grant select on tenant to analytics;
