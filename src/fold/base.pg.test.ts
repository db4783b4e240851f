import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { eventually } from '../../test/eventually.ts'
import { fill, open, sums } from '../../test/fold/filling.ts'
import { makeSourceDatabase, type SourceDatabase } from '../../test/replication/source-database.ts'
import { type Cluster, startCluster } from '../embedded/cluster.ts'
import { MillraceError } from '../errors.ts'
import { bigint, decimal, integer, nullable, text, timestamp, uuid } from '../report/column.ts'
import { runningTotal } from '../report/derived.ts'
import { count, countDistinct, max, sum } from '../report/measure.ts'
import { lastDays } from '../report/period.ts'
import { type ReportDefinition, report } from '../report/report.ts'
import { bySchema, source } from '../report/source.ts'
import type { BuildId } from '../store/report-store.ts'
import { type FillingBuild, fillBase } from './base.ts'
import type { FillingWork } from './filling-work.ts'

const tickets = source('ticket', {
  columns: { id: bigint(), tenantId: text(), kind: text(), size: integer(), price: nullable(decimal({ scale: 2 })) },
  key: ['tenantId', 'id'],
  tenant: 'tenantId',
})
const sizes = report({
  name: 'sizes',
  permission: 'read',
  from: tickets,
  dimensions: { kind: tickets.kind },
  measures: { tickets: count(), all: sum(tickets.size) },
})
const prices = report({ name: 'prices', permission: 'read', from: tickets, measures: { most: max(tickets.price) } })
const created = `create table ticket (id bigint, tenant_id text, kind text not null, size integer not null, price numeric,
  primary key (tenant_id, id))`

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ version, standby: false })
  })
  afterAll(() => cluster?.close())

  async function ticketsDatabase(rows = 1000): Promise<SourceDatabase> {
    const database = await makeSourceDatabase(cluster.primary)
    await database.host.query(created)
    await database.host.query(
      `insert into ticket select n, 'tenant ' || n % 4, 'kind ' || n % 50, n, n / 100.0 from generate_series(1, $1) n`,
      [rows],
    )
    return database
  }

  test('F1 each tenant has its own rows, once, however small the chunks are', async () => {
    await using database = await ticketsDatabase(20_000)
    const whole = await open([sizes, prices], [{ id: 'tenant 0' }, { id: 'tenant 1' }])
    const chunked = await open([sizes, prices], [{ id: 'tenant 0' }, { id: 'tenant 1' }])
    await fill(database, whole)
    const chunks = vi.spyOn(chunked.store, 'addBase')
    await fill(database, chunked, { memoryBytes: 1 })
    expect(chunks.mock.calls.length).toBeGreaterThan(whole.builds.length)
    const names = chunks.mock.calls.map(([, build, chunk]) => `${build.number} ${chunk}`)
    expect(new Set(names).size).toBe(names.length)
    for (const [index, { build }] of whole.builds.entries()) {
      const expected = await sums(whole.store, build)
      expect(Object.keys(expected).length).toBeGreaterThan(1)
      expect(await sums(chunked.store, chunked.builds[index]?.build as BuildId)).toEqual(expected)
    }
    const rowsOf = async (index: number) =>
      Object.values(await sums(whole.store, whole.builds[index]?.build as BuildId)).reduce(
        (total, [rows]) => total + (rows as bigint),
        0n,
      )
    expect(await rowsOf(0)).toBe(5000n)
    expect(await rowsOf(2)).toBe(5000n)
  })

  test('T6 rows of tenants that are not asked for are not even read', async () => {
    await using database = await ticketsDatabase()
    await database.host.query('analyze ticket')
    const filled = await open([sizes], [{ id: 'tenant 3' }, { id: `' or true --` }, { id: 'with \0 in it' }])
    const told: FillingWork[] = []
    await fill(database, filled, { onProgress: (work) => told.push(work) })
    expect(told[0]).toMatchObject({ rows: 0, given: 0, waiting: 0 })
    expect(told.some(({ rows, given, waiting }) => rows === 250 && given === 0 && waiting > 1)).toBe(true)
    const last = told.at(-1) as FillingWork
    expect(last).toMatchObject({ rows: 250, given: told.at(-3)?.waiting, waiting: 0 })
    // By the statistics of the tenants' column, not of the table.
    expect(Math.abs(last.of - 250)).toBeLessThan(50)
    expect(await sums(filled.store, filled.builds[1]?.build as BuildId)).toEqual({})
  })

  test('S9 what has expired by the source’s clock is not even written, wherever the stream is; totals are', async () => {
    await using database = await makeSourceDatabase(cluster.primary)
    await database.host.query(`create table visit (id bigint primary key, tenant_id text, seen_at timestamptz);
      insert into visit select n, 'a', date_trunc('day', now(), 'UTC') - n * interval '1 day' + interval '12 hours'
      from generate_series(0, 9) n`)
    const visits = source('visit', {
      columns: { id: bigint(), tenantId: text(), seenAt: timestamp() },
      key: 'id',
      tenant: 'tenantId',
    })
    const recent = report({
      name: 'recent',
      permission: 'read',
      from: visits,
      time: { column: visits.seenAt, grain: 'day' },
      period: lastDays(3),
      measures: { visits: count(), visitors: countDistinct(visits.id) },
      derive: { all: runningTotal({ add: 'visits' }) },
      retain: '3d',
    })
    const filled = await open([recent], [{ id: 'a' }])
    const [{ build }] = filled.builds as [FillingBuild]
    await fill(database, filled)
    expect((await filled.store.progress('main')).committedAt).toBe(0n)
    const keys = Object.entries(await sums(filled.store, build)).map(([sort, [rows]]) => [
      sort.split('\u0001')[0],
      rows,
    ])
    // Three days that may be asked about, and three that nobody's clock needs but for its being wrong.
    const six = <Value>(value: Value) => Array.from({ length: 6 }, () => value)
    expect(keys).toEqual([...six(['0c', 1n]), ['0t', 10n], ...six(['0v1', 1n])])
  })

  test('T6 ids that are no value of the tenant column have no rows', async () => {
    await using database = await makeSourceDatabase(cluster.primary)
    await database.host.query(`create table numbered (id bigint primary key, owner integer not null);
      create table named (id bigint primary key, owner uuid not null);
      insert into numbered select n, n % 3 from generate_series(1, 30) n;
      insert into named select n, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' from generate_series(1, 5) n`)
    const numbered = source('numbered', { columns: { id: bigint(), owner: integer() }, key: 'id', tenant: 'owner' })
    const named = source('named', { columns: { id: bigint(), owner: uuid() }, key: 'id', tenant: 'owner' })
    const [byNumber, byName] = [numbered, named].map((from, n) =>
      report({ name: `by-${n}`, permission: 'read', from, measures: { rows: count() } } as never),
    ) as [ReportDefinition, ReportDefinition]
    const ids = ['1', '9223372036854775808', 'one', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '']
    const filled = await open(
      [byNumber, byName],
      ids.map((id) => ({ id })),
    )
    await fill(database, filled)
    const found = await Promise.all(
      filled.builds.map(async ({ build }) => Object.values(await sums(filled.store, build)).map(([rows]) => rows)),
    )
    expect(found).toEqual([[10n], [], [], [], [], [], [], [5n], [], []])
  })

  test('F1 with tenancy by schema each tenant has a table, of domains, enums and partitions too', async () => {
    await using database = await makeSourceDatabase(cluster.primary)
    await database.host.query(`create domain positive as integer check (value > 0); create domain more as positive;
      create schema one; create schema "T w o";
      create table one.item (gone text, id bigint, size more not null, kind text not null, primary key (id));
      alter table one.item drop column gone;
      create type "T w o"."Kind" as enum ('b', 'a');
      create table "T w o".item (kind "T w o"."Kind" not null, id bigint primary key, size smallint not null) partition by range (id);
      create table "T w o".low partition of "T w o".item for values from (minvalue) to (4);
      create table "T w o".high partition of "T w o".item for values from (4) to (maxvalue);
      insert into one.item select n, n, 'a' from generate_series(1, 9) n;
      insert into "T w o".item select 'b', n, n from generate_series(1, 6) n`)
    const items = source('item', {
      columns: { id: bigint(), size: integer(), kind: text() },
      key: 'id',
      tenant: bySchema,
    })
    const bySize = report({
      name: 'items',
      permission: 'read',
      from: items,
      dimensions: { kind: items.kind },
      measures: { all: sum(items.size) },
    })
    const filled = await open(
      [bySize],
      [
        { id: '1', schema: 'one' },
        { id: '2', schema: 'T w o' },
      ],
    )
    await fill(database, filled)
    const found = await Promise.all(
      filled.builds.map(async ({ build }) => Object.values(await sums(filled.store, build))),
    )
    // Rows, refused ones, the sum and how many values it has.
    expect(found).toEqual([[[9n, 0n, 45n, 9n]], [[6n, 0n, 21n, 6n]]])
  })

  test('T8 a value that cannot be folded ends the builds of its tenant over the table, and says where it is', async () => {
    await using database = await makeSourceDatabase(cluster.primary)
    await database.host.query(`${created.replace('size integer', 'size numeric')};
      insert into ticket values (1, 'a', 'x', 1), (2, 'a', 'x', 1.5), (3, 'a', 'x', 2), (4, 'b', 'x', 4)`)
    const filled = await open([sizes, prices], [{ id: 'a' }, { id: 'b' }])
    const poisoned: unknown[] = []
    const onPoison = (builds: readonly FillingBuild[], detail: string) => {
      poisoned.push([builds.map(({ build }) => [build.tenant, build.report]), detail])
    }
    await fill(database, filled, { onPoison })
    const reports = [
      ['a', 'sizes'],
      ['a', 'prices'],
    ]
    const where = 'public.ticket, column "size", row with tenant_id = a, id = 2: '
    expect(poisoned).toEqual([[reports, expect.stringContaining(where)]])
    // The value itself is a customer's.
    expect(JSON.stringify(poisoned)).not.toContain('1.5')
    expect(await sums(filled.store, filled.builds[2]?.build as BuildId)).not.toEqual({})
  })

  test('R8 builds that need a column that is not there, or is of no type that can be read, are told', async () => {
    await using database = await makeSourceDatabase(cluster.primary)
    await database.host.query(`create table ticket (id bigint, tenant_id text, kind text, price point);
      insert into ticket values (1, 'a', 'x', '(1,2)')`)
    const kinds = report({
      name: 'kinds',
      permission: 'read',
      from: tickets,
      dimensions: { kind: tickets.kind },
      measures: { all: count() },
    })
    const filled = await open([sizes, prices, kinds], [{ id: 'a' }])
    const poisoned: string[] = []
    await fill(database, filled, { onPoison: (_, detail) => poisoned.push(detail) })
    expect(poisoned).toEqual([
      'public.ticket, column "size": there is no such column',
      'public.ticket, column "price": cannot be read: its type is point',
    ])
    expect(await sums(filled.store, filled.builds[2]?.build as BuildId)).not.toEqual({})
  })

  test('S8 a build that is dropped meanwhile is left out, and the others are filled', async () => {
    await using database = await ticketsDatabase()
    const filled = await open([sizes], [{ id: 'tenant 0' }, { id: 'tenant 1' }])
    await filled.store.drop('main', filled.builds[0]?.build as BuildId)
    await fill(database, filled, { memoryBytes: 1 })
    expect(Object.keys(await sums(filled.store, filled.builds[1]?.build as BuildId)).length).toBeGreaterThan(1)
  })

  test('F1 a policy that would hide rows is an error, not a smaller base', async () => {
    await using database = await ticketsDatabase()
    await database.host.query(`create role policed_${version} login password 'policed'; grant select on ticket to policed_${version};
      alter table ticket enable row level security; create policy own on ticket using (tenant_id = 'tenant 0')`)
    const { settings } = database
    const client = new pg.Client({ ...settings, password: 'policed', user: `policed_${version}`, ssl: false })
    await client.connect()
    await client.query('begin isolation level repeatable read read only')
    const filled = await open([sizes], [{ id: 'tenant 1' }])
    const filling = fillBase({ client, stream: 'main', onPoison: () => {}, ...filled })
    await expect(filling).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      detail: expect.stringContaining('42501'),
    })
    await client.end()
  })

  test('R9 a slow store holds the rows back, and an abort ends a base that waits', async () => {
    await using database = await ticketsDatabase(200_000)
    const filled = await open([sizes], [{ id: 'tenant 0' }])
    const stopping = new AbortController()
    const told: number[] = []
    let calls = 0
    const store = {
      addBase: async () => {
        if (++calls === 2) await new Promise(() => {})
      },
    }
    const filling = fill(
      database,
      { ...filled, store: store as never },
      {
        memoryBytes: 1,
        signal: stopping.signal,
        onProgress: ({ rows }) => told.push(rows),
      },
    )
    const ended = expect(filling).rejects.toThrow('enough')
    await eventually(() => expect(calls).toBe(2))
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(calls).toBe(2)
    stopping.abort(new Error('enough'))
    await ended
  })

  test('R9 a throttled base rests, and a store that fails fails the base', async () => {
    await using database = await ticketsDatabase(60_000)
    const everybody = [0, 1, 2, 3].map((n) => ({ id: `tenant ${n}` }))
    const [began, before] = [performance.now(), process.cpuUsage()]
    await fill(database, await open([sizes], everybody), { pauseRatio: 0.9 })
    const { user, system } = process.cpuUsage(before)
    // What it does between its rests is mostly its own work.
    expect((user + system) / 1000).toBeLessThan((performance.now() - began) / 2)
    const failing = { addBase: () => Promise.reject(new MillraceError('STORE_UNAVAILABLE', 'it is away')) }
    const filled = await open([sizes], [{ id: 'tenant 0' }])
    await expect(fill(database, { ...filled, store: failing as never })).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    })
  })
})
