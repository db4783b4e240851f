import type pg from 'pg'
import type { FoldedSource } from '../../src/replication/published-table.ts'
import { bigint, integer, nullable, text, timestamp } from '../../src/report/column.ts'
import { bySchema, source } from '../../src/report/source.ts'

/** The tables of a host application: narrow, wide, partitioned, with generated columns, without a key, and in tenants' schemas. */
export const hostTables = `
create table narrow (id bigint primary key, tenant_id text not null, amount integer);
create table wide (id bigint primary key, tenant_id text not null, amount integer, body text, extra jsonb);
create table parted (id bigint, tenant_id text not null, at timestamptz not null, amount integer, primary key (id, at, tenant_id)) partition by range (at);
create table parted_old partition of parted for values from (minvalue) to ('2026-01-01');
create table parted_new partition of parted for values from ('2026-01-01') to ('2027-01-01') partition by list (tenant_id);
create table parted_new_rest partition of parted_new default;
create table generated (id bigint primary key, tenant_id text not null, amount integer, twice integer generated always as (amount * 2) stored);
create table keyless (id bigint, tenant_id text not null, amount integer, place point);
create table outbox (id bigint, tenant_id text not null, amount integer, twice integer generated always as (amount * 2) stored, done_at timestamptz);
create schema north; create table north.item (id bigint primary key, amount integer);
create schema "South Side"; create table "South Side".item (id bigint primary key, amount integer)`

const tenant = { tenantId: text() }
const columns = { id: bigint(), ...tenant, amount: nullable(integer()) }

export const hostSources: readonly FoldedSource[] = [
  { source: source('narrow', { columns, key: 'id', tenant: 'tenantId' }) },
  { source: source('public.wide', { columns: { ...columns, body: nullable(text()) }, key: 'id', tenant: 'tenantId' }) },
  {
    source: source('parted', {
      columns: { ...columns, at: timestamp() },
      key: ['id', 'at', 'tenantId'],
      tenant: 'tenantId',
    }),
  },
  { source: source('generated', { columns, key: 'id', tenant: 'tenantId' }) },
  { source: source('keyless', { columns, key: 'id', tenant: 'tenantId' }) },
  { source: source('outbox', { columns, key: 'id', tenant: 'tenantId' }), isInsertOnly: true },
  { source: source('item', { columns: { id: bigint(), amount: nullable(integer()) }, key: 'id', tenant: bySchema }) },
]

export const hostSchemas = ['north', 'South Side']

const large = `(select string_agg(md5(n::text || random()), '') from generate_series(1, 400) n)`
let turn = 0

/**
 * What the host does all day, on every table: inserts, updates of keys, values and large values, upserts, deletes. Throws where
 * the server refuses one.
 */
export async function hostWrites(host: pg.Client): Promise<void> {
  const id = ++turn * 100
  const write = async (table: string, columns: string, values: string, more: readonly string[] = []) => {
    await host.query(`insert into ${table} (id, ${columns}) select ${id} + n, ${values} from generate_series(1, 4) n`)
    await host.query(`update ${table} set amount = amount + 1 where id between ${id} and ${id + 9}`)
    await host.query(`update ${table} set id = id + 50 where id = ${id + 1}`)
    for (const statement of more) await host.query(`${statement} where id = ${id + 2}`)
    await host.query(`delete from ${table} where id in (${id + 3}, ${id + 51})`)
  }
  const at = `timestamptz '2025-06-01' + n * interval '6 months'`
  await write('narrow', 'tenant_id, amount', `'acme', n`)
  await host.query(`insert into narrow values (${id + 4}, 'acme', 0) on conflict (id) do update set amount = 7`)
  await write('wide', 'tenant_id, amount, body, extra', `'acme', n, ${large}, '{}'`, [
    `update wide set extra = '{"a": 1}'`,
    `update wide set body = body || 'x'`,
    'update wide set body = null',
  ])
  await write('parted', 'tenant_id, amount, at', `'acme', n, least(${at}, '2026-12-31')`, [
    `update parted set at = at - interval '1 year'`,
  ])
  await write('generated', 'tenant_id, amount', `'acme', n`)
  await write('keyless', 'tenant_id, amount, place', `'acme', n, '(1,2)'`)
  await write('outbox', 'tenant_id, amount', `'acme', n`, ['update outbox set done_at = now()'])
  await write('north.item', 'amount', 'n')
  await write('"South Side".item', 'amount', 'n')
  await host.query(`merge into narrow t using (values (${id + 2}, 5), (${id + 8}, 6)) v (id, amount) on t.id = v.id
    when matched then update set amount = v.amount when not matched then insert values (v.id, 'acme', v.amount)`)
}
