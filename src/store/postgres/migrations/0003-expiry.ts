/**
 * S9: counters that expire. Those that are there when this runs are of builds that know no expiry, and stay; making the index reads the
 * table once, while nobody writes to it.
 */
export const expiry = (schema: string): string => `
alter table ${schema}.counters add column expires_at bigint;
create index counters_expiring on ${schema}.counters (build, expires_at) where expires_at is not null;

comment on column ${schema}.counters.expires_at is
  'Seconds since 1970: no longer read once the stream''s committed_at is there, and deleted some time after; null where it stays';
`
