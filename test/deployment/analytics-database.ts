import type pg from 'pg'
import { tenants } from '../cli/host.ts'
import { grantSelect } from './deployment.ts'

/**
 * A purpose-built analytics database behind the same names: one wide table of all bookings, of which each tenant's schema
 * shows a part; text where the host has an enum; other indexes, and columns in another order.
 */
const tables = `
create schema warehouse;
create table warehouse.booking (tenant text, total numeric(14, 4), booked_on date not null, cancelled_on date, channel text not null,
  station_id integer not null, nights integer not null, id bigint, loaded_at timestamptz default now(), primary key (tenant, id));
create index on warehouse.booking (tenant, booked_on);
create table warehouse.station (tenant text, name text not null, id integer, primary key (tenant, id));
create table public.finding (
  tenant_id text not null, id bigint primary key, severity text not null, cve text not null, asset_group text not null,
  scanned_at timestamp not null, resolved_at timestamptz, first_seen_at timestamptz not null, cvss numeric);
create index on public.finding (tenant_id, resolved_at);
create table public.tenant (id text primary key, schema_name text, time_zone text not null);`

const views = (schema: string) => `
create schema "${schema}";
create view "${schema}".booking as
  select id, booked_on, cancelled_on, channel, station_id, nights, total from warehouse.booking where tenant = '${schema}';
create view "${schema}".station as select id, name from warehouse.station where tenant = '${schema}';`

/** Prepares the database, and fills it with the rows of the host's. */
export async function makeAnalyticsDatabase(admin: pg.Client, host: pg.Client): Promise<void> {
  await admin.query(tables)
  await copyRows(host, 'public.tenant', admin, 'public.tenant')
  await copyRows(host, 'public.finding', admin, 'public.finding')
  for (const { schema } of tenants) {
    if (schema === null) continue
    await admin.query(views(schema))
    for (const table of ['booking', 'station'])
      await copyRows(host, `"${schema}".${table}`, admin, `warehouse.${table}`, { tenant: schema })
  }
  await admin.query('analyze')
  await grantSelect(admin, ['public', 'havel', 'hudson'])
}

/** By the names of the columns, as exact text. */
async function copyRows(
  from: pg.Client,
  source: string,
  to: pg.Client,
  target: string,
  more: object = {},
): Promise<void> {
  const { rows } = await from.query(
    `select coalesce(jsonb_agg(to_jsonb(t) || $1::jsonb), '[]')::text as all from ${source} t`,
    [JSON.stringify({ loaded_at: 'now', ...more })],
  )
  await to.query(`insert into ${target} select * from jsonb_populate_recordset(null::${target}, $1)`, [rows[0].all])
}
