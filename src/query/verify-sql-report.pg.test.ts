import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StandaloneServer, startServer } from '../embedded/cluster.ts'
import { bigint, boolean, date, decimal, enumOf, integer, text, timestamp, uuid } from '../report/column.ts'
import { bySchema, source } from '../report/source.ts'
import { type Sql, sql } from '../report/sql.ts'
import { type SqlReportDefinition, sqlReport } from '../report/sql-report.ts'
import { type ParameterTexts, parameterTexts } from './compile-sql-report.ts'
import { exchange } from './exchange.ts'
import { sampleGiven } from './sample.ts'
import { sqlReportProblems } from './verify-sql-report.ts'

const bookings = source('booking', {
  columns: {
    id: bigint(),
    tenantId: text(),
    channel: enumOf('app', 'web'),
    bookedOn: date(),
    bookedAt: timestamp(),
    total: decimal({ scale: 2 }),
    ref: uuid(),
  },
  key: 'id',
  tenant: 'tenantId',
})

let server: StandaloneServer
let client: pg.Client

beforeAll(async () => {
  server = await startServer()
  client = new pg.Client(server.connection)
  await client.connect()
  await client.query(`
    create type channel as enum ('app', 'web');
    create table booking (id bigint primary key, tenant_id text not null, channel channel, booked_on date,
      booked_at timestamptz, total numeric, ref uuid);
    create table other (id bigint primary key, tenant_id text, secret text, day date, flag boolean);
    create view everything as select * from other;
    create function all_of_it() returns setof other language plpgsql as $$ begin return query select * from other; end $$;
    create table parted (id bigint, secret text) partition by range (id);
    create table parted_1 partition of parted for values from (0) to (100);
    create schema acme; create table acme.station (id integer, name text);
    set search_path to pg_catalog`)
}, 120_000)

afterAll(async () => {
  await client?.end()
  await server?.close()
})

const run = async (statement: { text: string; values: readonly any[] }) => ({
  outcomes: await exchange(client, [statement]),
})

const problems = async (report: SqlReportDefinition, given?: ParameterTexts): Promise<string[]> => {
  const texts = given ?? parameterTexts(report, sampleGiven(report), {})
  return (await sqlReportProblems(report, 'acme', texts, run)).map(({ problem }) => problem)
}

const reading = (statement: Sql) =>
  sqlReport({ name: 'a', permission: 'p', row: { secret: text() }, sql: () => statement })

describe('T4 a raw report whose plan reads a relation that is no source of it is found', () => {
  const unscoped: readonly (readonly [string, Sql])[] = [
    ['beside a source', sql`select secret from ${bookings} b, public.other`],
    ['joined on a key', sql`select o.secret from ${bookings} b join public.other o on o.id = b.id`],
    ['joined on an enum', sql`select o.secret from ${bookings} b join public.other o on o.tenant_id = b.channel`],
    ['left joined', sql`select o.secret from ${bookings} b left join public.other o on o.id = b.id`],
    [
      'lateral',
      sql`select o.secret from ${bookings} b, lateral (select * from public.other where id = b.id limit 1) o`,
    ],
    [
      'behind a condition on the source',
      sql`select o.secret from ${bookings} b, public.other o where b.tenant_id = 'x'`,
    ],
    [
      'in exists',
      sql`select b.tenant_id as secret from ${bookings} b where exists (select from public.other o where o.id = b.id)`,
    ],
    ['in a list', sql`select b.tenant_id as secret from ${bookings} b where b.id in (select id from public.other)`],
    [
      'in a scalar subquery',
      sql`select (select max(secret) from public.other o where o.day = b.booked_on) as secret from ${bookings} b`,
    ],
    [
      'in a common table expression',
      sql`with o as (select * from public.other) select o.secret from ${bookings} b join o on o.id = b.id`,
    ],
    ['in a union', sql`select tenant_id as secret from ${bookings} union all select secret from public.other`],
    ['through a view', sql`select o.secret from ${bookings} b join public.everything o on o.id = b.id`],
    ['as a partition', sql`select o.secret from ${bookings} b join public.parted o on o.id = b.id`],
    [
      'in a case that the source closes',
      sql`select case when b.total > 0 then (select max(secret) from public.other) end as secret from ${bookings} b`,
    ],
    ['of the database itself', sql`select relname::text as secret from ${bookings} b, pg_catalog.pg_class`],
  ]
  test.each(unscoped)('%s', async (_, statement) => {
    expect(await problems(reading(statement))).toContainEqual(
      expect.stringMatching(/^the plan reads (public\.(other|parted_1)|pg_catalog\.pg_class), which no hole names$/),
    )
  })

  test('behind a parameter, whatever its value', async () => {
    const report = sqlReport({
      name: 'a',
      permission: 'p',
      params: { all: boolean(), least: integer() },
      row: { secret: text() },
      sql: ({ all, least }) => sql`
        select tenant_id as secret from ${bookings}
        union all select secret from public.other where ${all} and ${least} > 5`,
    })
    for (const all of ['true', 'false'])
      expect(await problems(report, { all, least: '0' })).toEqual(['the plan reads public.other, which no hole names'])
  })

  test('behind what the viewer is restricted to', async () => {
    const report = sqlReport({
      name: 'a',
      permission: 'p',
      row: { secret: text() },
      restrict: { groups: 'groups' },
      sql: ({ groups }) => sql`select secret from public.other o, ${bookings} b where o.tenant_id = any(${groups})`,
    })
    expect(await problems(report, { groups: [] })).toEqual(['the plan reads public.other, which no hole names'])
  })

  test('through a function, which may read anything', async () => {
    expect(
      await problems(reading(sql`select o.secret from ${bookings} b join public.all_of_it() o on o.id = b.id`)),
    ).toEqual(['the plan reads the function public.all_of_it, which no hole names'])
  })
})

describe('a raw report that reads only its sources fits', () => {
  const stations = source('station', { columns: { id: integer(), name: text() }, key: 'id', tenant: bySchema })
  const scoped: readonly (readonly [string, Sql])[] = [
    ['one source', sql`select tenant_id as secret from ${bookings}`],
    [
      'two of them',
      sql`select a.tenant_id as secret from ${bookings} a join ${bookings} b on a.id = b.id and a.ref = b.ref`,
    ],
    [
      'an aggregate',
      sql`select max(channel) as secret from ${bookings} where booked_at > '2026-01-01' group by booked_on having sum(total) > 1`,
    ],
    [
      'a table named without its hole is the scoped one',
      sql`select tenant_id as secret from booking where exists (select from ${bookings})`,
    ],
    [
      'a function of PostgreSQL',
      sql`select day::text as secret from ${bookings} b, generate_series(b.booked_on, b.booked_on + 7, interval '1 day') day`,
    ],
  ]
  test.each(scoped)('%s', async (_, statement) => {
    expect(await problems(reading(statement))).toEqual([])
  })

  test('every kind of parameter, wherever it stands', async () => {
    const report = sqlReport({
      name: 'a',
      permission: 'p',
      params: {
        from: date(),
        least: decimal({ scale: 2 }),
        most: integer(),
        ref: uuid(),
        since: timestamp(),
        channel: enumOf('app'),
      },
      restrict: { groups: 'groups' },
      row: { total: decimal({ scale: 2 }), day: date() },
      sql: ({ from, least, most, ref, since, channel, groups }) => sql`
        select sum(total) + ${least} as total, ${from} + 1 as day from ${bookings}
        where booked_on >= ${from} and ref <> ${ref} and booked_at > ${since} and channel = ${channel}
          and tenant_id = any(${groups})
        group by booked_on order by 1 limit ${most}`,
    })
    expect(await problems(report)).toEqual([])
  })

  test('in the schema of a tenant', async () => {
    await client.query('set search_path to acme')
    expect(await problems(reading(sql`select name as secret from ${stations}`))).toEqual([])
    expect(
      await problems(reading(sql`select s.name as secret from ${stations} s join public.other o on o.id = s.id`)),
    ).toEqual(['the plan reads public.other, which no hole names'])
    await client.query('set search_path to pg_catalog')
  })
})

test('a column that the statement does not have, or has of another type, is found with what mends it', async () => {
  const report = sqlReport({
    name: 'a',
    permission: 'p',
    row: { bestDay: date(), n: integer(), total: decimal({ scale: 2 }), at: timestamp() },
    sql: () =>
      sql`select max(total)::float8 as total, max(booked_on) as "bestDay", count(*) as n, now()::timestamp as at from ${bookings}`,
  })
  const found = await sqlReportProblems(report, 'acme', {}, run)
  expect(found).toEqual([
    {
      problem: 'the statement has no column "best_day"; it has total, bestDay, n, at',
      next: 'name one: … as best_day',
    },
    {
      problem: 'column "total" is double precision, and is declared as decimal',
      next: 'declare it as what it is, or cast it: …::numeric as total',
    },
    {
      problem: 'column "at" is timestamp without time zone, and is declared as timestamp',
      next: 'declare it as what it is, or cast it: …::timestamp with time zone as at',
    },
  ])
})
