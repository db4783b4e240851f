import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Folding, startFolding } from '../../test/fold/folding.ts'
import { makeSourceDatabase, type SourceDatabase } from '../../test/replication/source-database.ts'
import { type Cluster, startCluster } from '../embedded/cluster.ts'
import { createDatabase, query } from '../embedded/database.ts'
import { MillraceError } from '../errors.ts'
import { apply } from '../replication/apply.ts'
import { positionOfLsn } from '../replication/position.ts'
import { answer } from '../report/answer.ts'
import { bigint, decimal, enumOf, nullable, text, timestamp } from '../report/column.ts'
import { runningTotal } from '../report/derived.ts'
import { count, max, sum } from '../report/measure.ts'
import { lastDays } from '../report/period.ts'
import { resolveReading } from '../report/reading.ts'
import { type ReportDefinition, report } from '../report/report.ts'
import { source } from '../report/source.ts'
import { defineBuild } from '../rollup/build-definition.ts'
import { planOf } from '../rollup/plan.ts'
import { groupsOf, rangesOf } from '../rollup/read.ts'
import { MemoryStore } from '../store/memory/memory-store.ts'
import { PostgresStore } from '../store/postgres/postgres-store.ts'
import type { Batch, BuildId, ReportStore } from '../store/report-store.ts'
import { createAllowlist } from '../tenancy/allowlist.ts'

const findings = source('finding', {
  columns: {
    id: bigint(),
    tenantId: text(),
    severity: enumOf('critical', 'high', 'low'),
    cvss: nullable(decimal({ scale: 1 })),
    firstSeenAt: timestamp(),
    resolvedAt: nullable(timestamp()),
  },
  key: 'id',
  tenant: 'tenantId',
})
const active = report({
  name: 'active',
  permission: 'read',
  from: findings,
  where: { resolvedAt: null },
  dimensions: { severity: findings.severity },
  measures: { active: count(), worst: max(findings.cvss), total: sum(findings.cvss) },
})
const table = `create table finding (id bigint primary key, tenant_id text not null, severity text not null, cvss numeric,
  first_seen_at timestamptz not null default now(), resolved_at timestamptz)`
const tenants = [
  { id: 'a', timeZone: 'UTC' },
  { id: 'b', timeZone: 'UTC' },
]

async function allowlist(of: typeof tenants = tenants) {
  const list = createAllowlist(of)
  await list.start()
  return list
}

async function rows(store: ReportStore, tenant: string, definition: ReportDefinition = active) {
  const zone = { id: tenant, timeZone: 'UTC' }
  const plan = planOf(definition, 'UTC')
  const reading = resolveReading(definition, { tenant: zone, given: {}, attributes: {}, now: Temporal.Now.instant() })
  const { fingerprint } = defineBuild(definition, zone)
  const found = await store.read('main', { tenant, report: definition.name, fingerprint }, rangesOf(plan, reading))
  return found && answer(reading, groupsOf(plan, reading, found.counters), {}, 1000)
}

describe.each([18, 15] as const)('PostgreSQL %i', (version) => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ version })
  })
  afterAll(() => cluster?.close())

  async function prepared(): Promise<SourceDatabase> {
    const database = await makeSourceDatabase(cluster.primary)
    await database.host.query(table)
    await database.host.query(
      `insert into finding values (1, 'a', 'high', 7.5), (2, 'a', 'low', 1.0), (3, 'b', 'high', 9)`,
    )
    await apply(database.settings, { sources: [{ source: findings }] })
    await cluster.caughtUp()
    return database
  }
  const standbyOf = ({ settings }: SourceDatabase) => ({ ...settings, port: cluster.standby.connection.port })

  async function folding(database: SourceDatabase, store: ReportStore, more = {}): Promise<Folding> {
    return startFolding(database, {
      store,
      snapshots: standbyOf(database),
      reports: [active],
      tenants: await allowlist(),
      ...more,
    })
  }

  test('F1 what there was and what changes are in the answer', async () => {
    await using database = await prepared()
    const store = new MemoryStore()
    await using running = await folding(database, store)
    await running.ready(2)
    expect(await rows(store, 'a')).toEqual([
      { severity: 'high', active: 1, worst: '7.5', total: '7.5' },
      { severity: 'low', active: 1, worst: '1.0', total: '1.0' },
    ])
    await database.host.query(`begin; insert into finding values (4, 'a', 'critical', 10); update finding set resolved_at = now() where id = 2;
      update finding set cvss = 7.2 where id = 1; update finding set tenant_id = 'a' where id = 3; commit`)
    await running.caughtUp()
    expect(await rows(store, 'a')).toEqual([
      { severity: 'critical', active: 1, worst: '10.0', total: '10.0' },
      { severity: 'high', active: 2, worst: '9.0', total: '16.2' },
    ])
    expect(await rows(store, 'b')).toEqual([])
  })

  test('F1 S9 rows older than what a report retains come, change and go without a trace but in its totals, and verify agrees', async () => {
    await using database = await makeSourceDatabase(cluster.primary)
    await database.host.query(table)
    await database.host.query(
      `insert into finding select n, 'a', 'high', 1, now() - n * interval '1 day' from generate_series(0, 11) n`,
    )
    await apply(database.settings, { sources: [{ source: findings }] })
    await cluster.caughtUp()
    const trend = report({
      name: 'trend',
      permission: 'read',
      from: findings,
      time: { column: findings.firstSeenAt, grain: 'day' },
      period: lastDays(3),
      measures: { opened: count() },
      derive: { all: runningTotal({ add: 'opened' }) },
      retain: '3d',
    })
    const reporting = await createDatabase(cluster.primary, `reporting_of_${database.settings.database}`)
    const store = new PostgresStore({ connection: reporting })
    await using _closing = { [Symbol.asyncDispose]: () => store.close() }
    await store.migrate()
    await using running = await folding(database, store, {
      reports: [trend],
      tenants: await allowlist(tenants.slice(0, 1)),
    })
    await running.ready(1)
    const said = async () => {
      const { rows } = await database.host.query(`select day::date::text as time, count(seen)::int as opened,
          (select count(*)::int from finding where first_seen_at < day + interval '1 day') as "all"
        from generate_series(date_trunc('day', now(), 'UTC') - interval '2 days', now(), '1 day') as day
        left join lateral (select from finding where first_seen_at >= day and first_seen_at < day + interval '1 day') as seen on true
        group by day order by day`)
      return rows
    }
    expect(await rows(store, 'a', trend)).toEqual(await said())
    await database.host.query(`insert into finding values (20, 'a', 'low', 1, now() - interval '8 days'), (21, 'a', 'low', 1, now());
      delete from finding where id in (9, 1); update finding set first_seen_at = now() where id = 10;
      update finding set first_seen_at = now() - interval '30 days' where id in (0, 11)`)
    await running.caughtUp()
    expect(await rows(store, 'a', trend)).toEqual(await said())
    const id = await store.ask('main', { kind: 'verify' })
    const { request } = await running.until('request', ({ request }) => request.id === id && request.state === 'done')
    expect(JSON.parse(request.outcome)).toEqual({ done: 1, of: 1, different: [] })
    // Three days that may be asked about, of which one has no row any more, and three of grace.
    const kept = await query(
      reporting,
      'select expires_at is null as stays, count(*)::int from reporting.counters group by 1 order by 1',
    )
    expect(kept).toEqual([
      { stays: false, count: 5 },
      { stays: true, count: 1 },
    ])
  })

  test('R7 after TRUNCATE the rollups are built anew, and were dropped before the store went past it', async () => {
    await using database = await prepared()
    const store = new MemoryStore()
    const dropped: string[] = []
    const watched: ReportStore = new Proxy(store, {
      get(target, name) {
        if (name !== 'drop') return Reflect.get(target, name).bind(target)
        return async (stream: string, build: BuildId) => {
          dropped.push((await target.progress(stream)).position)
          await target.drop(stream, build)
        }
      },
    })
    await using running = await folding(database, watched)
    await running.ready(2)
    const results = (await database.host.query(
      `begin; insert into finding values (5, 'a', 'low', 2); truncate finding; insert into finding values (6, 'a', 'low', 3);
       select pg_current_wal_insert_lsn()::text as lsn; commit`,
    )) as unknown as { readonly rows: readonly { readonly lsn: string }[] }[]
    const within = positionOfLsn(results[4]?.rows[0]?.lsn ?? '')
    await running.until('build-stopped', ({ again }) => again)
    await running.ready(2)
    await running.caughtUp()
    expect(await rows(store, 'a')).toEqual([{ severity: 'low', active: 1, worst: '3.0', total: '3.0' }])
    expect(dropped).toHaveLength(2)
    for (const position of dropped) expect(position < within, `dropped at ${position}, not before ${within}`).toBe(true)
  })

  test('R1 what was not yet in the store is folded by the next worker, once', async () => {
    await using database = await prepared()
    const store = new MemoryStore()
    {
      await using first = await folding(database, store)
      await first.ready(2)
    }
    await database.host.query(`insert into finding values (7, 'b', 'low', 4)`)
    await using second = await folding(database, store)
    await second.caughtUp()
    expect(await rows(store, 'b')).toEqual([
      { severity: 'high', active: 1, worst: '9.0', total: '9.0' },
      { severity: 'low', active: 1, worst: '4.0', total: '4.0' },
    ])
    expect(second.events.filter(({ type }) => type === 'build-opened')).toEqual([])
  })

  test('S5 a batch that was declared is finished with the end that it had', async () => {
    await using database = await prepared()
    const store = new MemoryStore()
    {
      await using first = await folding(database, store)
      await first.ready(2)
    }
    const change = async (id: number) => {
      await database.host.query(`insert into finding values ($1, 'b', 'low', 4)`, [id])
      return positionOfLsn((await database.host.query('select pg_current_wal_insert_lsn()::text as lsn')).rows[0].lsn)
    }
    await change(8)
    const declared = await change(9)
    await change(10)
    const ends: string[] = []
    const half: ReportStore = new Proxy(store, {
      get(target, name) {
        if (name === 'progress') {
          return async (stream: string) => {
            const progress = await target.progress(stream)
            return ends.length === 0 ? { ...progress, until: declared } : progress
          }
        }
        if (name !== 'apply') return Reflect.get(target, name).bind(target)
        return async (stream: string, batch: Batch) => {
          ends.push(batch.to)
          await target.apply(stream, batch)
        }
      },
    })
    await using second = await folding(database, half)
    await second.caughtUp()
    expect(ends[0]).toBe(declared)
    expect((await rows(store, 'b'))?.[1]).toEqual({ severity: 'low', active: 3, worst: '4.0', total: '12.0' })
  })

  test('S1 a batch whose answer was lost is not taken for one that is in, where another worker came before it', async () => {
    await using database = await prepared()
    const store = new MemoryStore()
    let isLost = false
    const losing: ReportStore = new Proxy(store, {
      get(target, name) {
        if (name !== 'apply') return Reflect.get(target, name).bind(target)
        return async (stream: string, batch: Batch) => {
          if (isLost || [...(batch.additions as Iterable<unknown>)].length === 0)
            return await target.apply(stream, batch)
          isLost = true
          await target.open(stream, [], batch.epoch)
          throw new MillraceError('STORE_UNAVAILABLE', 'the answer was lost')
        }
      },
    })
    await using running = await folding(database, losing)
    await running.ready(2)
    await database.host.query(`insert into finding values (11, 'b', 'low', 4)`)
    await running.caughtUp()
    expect(isLost).toBe(true)
    expect((await rows(store, 'b'))?.[1]).toEqual({ severity: 'low', active: 1, worst: '4.0', total: '4.0' })
    expect(running.events.filter(({ type }) => type === 'started')).toHaveLength(2)
    expect(running.events.filter(({ type }) => type === 'restarted')).toHaveLength(1)
  })
})
