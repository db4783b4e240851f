create table base_chunks (
  build bigint not null,
  chunk text collate "C" not null,
  FOREIGN KEY (build) REFERENCES builds(build) ON DELETE CASCADE,
  PRIMARY KEY (build, chunk)
);

create table builds (
  build bigint generated always as identity not null,
  stream text collate "C" not null,
  tenant text collate "C" not null,
  report text collate "C" not null,
  number bigint not null,
  fingerprint text collate "C" not null,
  starts_at text collate "C" not null,
  state text collate "C" not null,
  since timestamp with time zone not null,
  detail text,
  changed_at text collate "C" not null,
  CHECK ((starts_at ~ '^[0-9a-f]{16}$'::text)),
  CHECK ((state = ANY (ARRAY['filling'::text, 'ready'::text, 'replaced'::text, 'stopped'::text]))),
  FOREIGN KEY (stream) REFERENCES streams(stream),
  PRIMARY KEY (build),
  UNIQUE (stream, number)
) with (fillfactor=50);

create table counters (
  build bigint not null,
  sort text collate "C" not null,
  tail_hash text collate "C" default ''::text not null,
  tail text collate "C" default ''::text not null,
  values numeric[] not null,
  expires_at bigint,
  PRIMARY KEY (build, sort, tail_hash)
) with (fillfactor=70, autovacuum_vacuum_scale_factor=0.05);

create table definitions (
  build bigint not null,
  definition text not null,
  facts text not null,
  FOREIGN KEY (build) REFERENCES builds(build) ON DELETE CASCADE,
  PRIMARY KEY (build)
);

create table dropped_builds (
  build bigint not null,
  stream text collate "C" not null,
  PRIMARY KEY (build)
);

create table migrations (
  number integer not null,
  name text not null,
  ran_at timestamp with time zone default clock_timestamp() not null,
  PRIMARY KEY (number)
);

create table requests (
  sequence bigint generated always as identity not null,
  id uuid default gen_random_uuid() not null,
  stream text collate "C" not null,
  kind text not null,
  tenant text collate "C",
  report text collate "C",
  state text default 'waiting'::text not null,
  outcome text default ''::text not null,
  asked_at timestamp with time zone default clock_timestamp() not null,
  ended_at timestamp with time zone,
  CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text]))),
  PRIMARY KEY (sequence),
  UNIQUE (id)
);

create table streams (
  stream text collate "C" not null,
  position text collate "C" not null,
  committed_at bigint not null,
  epoch bigint not null,
  source text not null,
  next_number bigint not null,
  filling jsonb,
  CHECK (("position" ~ '^[0-9a-f]{16}$'::text)),
  PRIMARY KEY (stream)
);

CREATE INDEX builds_of_reports ON builds USING btree (stream, tenant, report, number);
CREATE UNIQUE INDEX builds_ready ON builds USING btree (stream, tenant, report) WHERE (state = 'ready'::text);
CREATE INDEX counters_expiring ON counters USING btree (build, expires_at) WHERE (expires_at IS NOT NULL);

comment on table base_chunks is 'The chunks of a base that are in';
comment on table builds is 'One filling of the counters of a report for one tenant';
comment on table counters is 'Vectors of whole numbers at the keys of a build; none is all zero';
comment on column counters.sort is 'The key; the first 512 characters of a longer one, whose rest is the tail';
comment on column counters.expires_at is 'Seconds since 1970: no longer read once the stream''s committed_at is there, and deleted some time after; null where it stays';
comment on table definitions is 'How the rows of a build are folded, and what was known of their table';
comment on table dropped_builds is 'Builds that are gone, but for counters that are still to be deleted';
comment on table requests is 'What operators ask of the worker';
comment on table streams is 'How far the changes of a source database are in';
comment on column streams.filling is 'Of the builds that were filled last, from number first to last: how far they have come, and whether it is over';
