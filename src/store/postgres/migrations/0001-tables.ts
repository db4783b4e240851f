/** Streams, their builds with what they count, and what operators ask. */
export const tables = (schema: string): string => `
create table ${schema}.streams (
  stream text collate "C" primary key,
  position text collate "C" not null check (position ~ '^[0-9a-f]{16}$'),
  committed_at bigint not null,
  epoch bigint not null,
  source text not null,
  next_number bigint not null
);

create table ${schema}.builds (
  build bigint generated always as identity primary key,
  stream text collate "C" not null references ${schema}.streams,
  tenant text collate "C" not null,
  report text collate "C" not null,
  number bigint not null,
  fingerprint text collate "C" not null,
  starts_at text collate "C" not null check (starts_at ~ '^[0-9a-f]{16}$'),
  state text collate "C" not null check (state in ('filling', 'ready', 'replaced', 'stopped')),
  since timestamp with time zone not null,
  detail text,
  changed_at text collate "C" not null,
  unique (stream, number)
) with (fillfactor = 50);
create index builds_of_reports on ${schema}.builds (stream, tenant, report, number);
create unique index builds_ready on ${schema}.builds (stream, tenant, report) where state = 'ready';

create table ${schema}.definitions (
  build bigint primary key references ${schema}.builds on delete cascade,
  definition text not null,
  facts text not null
);

create table ${schema}.base_chunks (
  build bigint not null references ${schema}.builds on delete cascade,
  chunk text collate "C" not null,
  primary key (build, chunk)
);

create table ${schema}.counters (
  build bigint not null,
  sort text collate "C" not null,
  tail_hash text collate "C" not null default '',
  tail text collate "C" not null default '',
  values numeric[] not null,
  primary key (build, sort, tail_hash)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);

create table ${schema}.dropped_builds (
  build bigint primary key,
  stream text collate "C" not null
);

create table ${schema}.requests (
  sequence bigint generated always as identity primary key,
  id uuid not null unique default gen_random_uuid(),
  stream text collate "C" not null,
  kind text not null,
  tenant text collate "C",
  report text collate "C",
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
  outcome text not null default '',
  asked_at timestamp with time zone not null default clock_timestamp(),
  ended_at timestamp with time zone
);

comment on schema ${schema} is 'Reports of Millrace, as counters that follow the transactional database';
comment on table ${schema}.streams is 'How far the changes of a source database are in';
comment on table ${schema}.builds is 'One filling of the counters of a report for one tenant';
comment on table ${schema}.definitions is 'How the rows of a build are folded, and what was known of their table';
comment on table ${schema}.base_chunks is 'The chunks of a base that are in';
comment on table ${schema}.counters is 'Vectors of whole numbers at the keys of a build; none is all zero';
comment on column ${schema}.counters.sort is 'The key; the first 512 characters of a longer one, whose rest is the tail';
comment on table ${schema}.dropped_builds is 'Builds that are gone, but for counters that are still to be deleted';
comment on table ${schema}.requests is 'What operators ask of the worker';
`
