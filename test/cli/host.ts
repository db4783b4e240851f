import type pg from 'pg'
import { grantSelect } from '../deployment/deployment.ts'

/** The tenants of the host: two with a schema each, and one that has only rows in the shared table. */
export const tenants = [
  { id: 'havel', schema: 'havel', timeZone: 'Europe/Berlin' },
  { id: 'hudson', schema: 'hudson', timeZone: 'America/New_York' },
  { id: 'lumen', schema: null, timeZone: 'Asia/Tokyo' },
] as const

const tables = `
create table public.tenant (id text primary key, schema_name text, time_zone text not null);
create type public.severity as enum ('critical', 'high', 'low');
create table public.finding (
  id bigint primary key, tenant_id text not null, asset_group text not null, cve text not null, severity severity not null,
  cvss numeric(3, 1), first_seen_at timestamptz not null, resolved_at timestamptz, scanned_at timestamp not null);
create index finding_tenant on public.finding (tenant_id, first_seen_at);`

const schemaTables = (schema: string) => `
create schema "${schema}";
create table "${schema}".station (id integer primary key, name text not null);
create table "${schema}".booking (
  id bigint primary key, station_id integer not null, channel text not null, booked_on date not null, cancelled_on date,
  nights integer not null, total numeric(12, 2) not null);
create index booking_booked_on on "${schema}".booking (booked_on);`

/** Makes the host's tables in an empty database, without rows. */
export async function makeTables(admin: pg.Client): Promise<void> {
  await admin.query(tables)
  for (const { schema } of tenants) if (schema !== null) await admin.query(schemaTables(schema))
  await grantSelect(admin, ['public', 'havel', 'hudson'])
}

/** Fills them, from two years ago until today, with rows that differ from tenant to tenant. */
export async function fillTables(admin: pg.Client): Promise<void> {
  for (const [at, { id, schema, timeZone }] of tenants.entries()) {
    await admin.query('insert into public.tenant values ($1, $2, $3)', [id, schema, timeZone])
    await admin.query(
      `insert into public.finding select n * 10 + $2, $1, 'group ' || n % 3, 'CVE-2026-' || n % 50,
        (array['critical', 'high', 'low']::severity[])[n % 3 + 1], case when n % 7 > 0 then (n % 90 + 10) / 10.0 end,
        now() - n * interval '7 hours', case when n % 4 > 0 then now() - n * interval '5 hours' end,
        timestamp '2026-01-01' + n * interval '1 hour'
       from generate_series(1, 700 + 50 * $2) n`,
      [id, at],
    )
    if (schema === null) continue
    await admin.query(`insert into "${schema}".station values (1, 'Hauptbahnhof'), (2, '東京駅'), (3, 'Straße "A"')`)
    await admin.query(
      `insert into "${schema}".booking select n, n % 3 + 1, (array['app', 'web', 'phone', 'fax'])[n % 4 + 1],
        current_date - n / 2, case when n % 9 = 0 then current_date - n / 3 end, n % 13 + 1, (n * $1 % 90000)::numeric / 100
       from generate_series(0, 1400) n`,
      [7919 + at],
    )
  }
  await admin.query('analyze')
}
