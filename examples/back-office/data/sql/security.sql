-- All tenants in one table.
create table finding (
  id bigint generated always as identity,
  tenant_id text not null,
  asset text not null,
  asset_group text not null,
  cve text not null,
  severity text not null,
  cvss numeric(3, 1),
  exploited boolean not null,
  first_seen_at timestamptz not null,
  changed_at timestamptz not null,
  resolved_at timestamptz
);
