import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../../src/embedded/cluster.ts'
import { createDatabase } from '../../src/embedded/database.ts'
import { createStoreEngine } from '../../src/fold/engine.ts'
import { apply } from '../../src/replication/apply.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import type { AnySource } from '../../src/report/source.ts'
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { createAllowlist } from '../../src/tenancy/allowlist.ts'
import type { Tenant } from '../../src/tenancy/tenant.ts'
import { type Folding, startFolding } from '../fold/folding.ts'
import { makeSourceDatabase, type SourceDatabase, settingsOf } from '../replication/source-database.ts'
import { answers, hasRealData, noticeWithoutRealData, type Row } from './data.ts'
import { realHistories } from './histories.ts'
import { stage } from './load.ts'
import { Replay } from './replay.ts'
import catalog from './reports.ts'

noticeWithoutRealData()

const isLong = process.env.MILLRACE_LONG === '1'

interface Folded extends AsyncDisposable {
  readonly folding: Folding
  read(report: ReportDefinition, tenant: string, given?: Record<string, unknown>, now?: string): Promise<any[]>
}

const endOf = (month: string): string => Temporal.PlainYearMonth.from(month).add({ months: 1 }).toString()
const inOrder = (rows: readonly Row[]): Row[] =>
  [...rows].sort((a, b) => (Object.values(a).join() < Object.values(b).join() ? -1 : 1))

describe.skipIf(!hasRealData)('F1 real changes, folded while they are made', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(() => cluster?.close())

  async function startFold(
    source: SourceDatabase,
    reports: readonly ReportDefinition[],
    tenants: readonly Tenant[],
    insertOnly: readonly AnySource[] = [],
  ): Promise<Folded> {
    const sources = [...new Set(reports.map(({ from }) => from))].map((from) => ({
      source: from,
      isInsertOnly: insertOnly.includes(from),
    }))
    await apply(source.settings, { sources, schemas: tenants.flatMap(({ schema }) => schema ?? []) })
    const store = new PostgresStore({
      connection: settingsOf(await createDatabase(cluster.primary, `store_of_${source.settings.database}`)),
    })
    await store.migrate()
    const allowlist = createAllowlist(tenants.map(({ id, schema, timeZone }) => ({ id, schema, timeZone })))
    await allowlist.start()
    const snapshots = { ...source.settings, port: cluster.standby.connection.port }
    const folding = startFolding(source, { store, reports, tenants: allowlist, insertOnly, snapshots })
    const engine = createStoreEngine({ store, allowlist, rowLimit: 5_000, labels: async () => ({}) })
    await folding.ready(reports.length * tenants.length)
    return {
      folding,
      read: async (report, tenant, given = {}, now = '2026-09-01T00:00:00Z') =>
        (
          await engine.read({
            report,
            tenant,
            given,
            attributes: {},
            now: Temporal.Instant.from(now),
            signal: new AbortController().signal,
          })
        ).rows as any[],
      [Symbol.asyncDispose]: async () => {
        await folding.stop()
        await store.close()
      },
    }
  }

  test.each(realHistories.map((each) => [each.data, each] as const))(
    'F1 R3 R12 %s: the answer at the end of each month',
    { timeout: isLong ? 900_000 : 180_000 },
    async (_, history) => {
      const expected = answers(history.answers)
      const all = [...new Set(expected.map(({ month }) => month as string))].sort()
      const months = isLong ? all : all.slice(-history.months)
      await using source = await makeSourceDatabase(cluster.primary)
      const replay = await Replay.stage(source.host, history)
      const [first = ''] = months
      await replay.begin(isLong ? first : Temporal.PlainYearMonth.from(first).toString())
      const tenants = replay.tenants.map((id) => ({ id, timeZone: 'UTC', ...(history.bySchema && { schema: id }) }))
      await using folded = await startFold(source, [history.report], tenants)
      let changes = 0
      const began = performance.now()
      for (const month of months) {
        changes += await replay.advance(endOf(month))
        await folded.folding.caughtUp()
        const found: Row[] = []
        for (const tenant of replay.tenants) {
          for (const row of await folded.read(history.report, tenant)) {
            const written = history.written(row)
            if (written !== undefined) found.push({ month, tenant, ...written })
          }
        }
        expect(inOrder(found)).toEqual(inOrder(expected.filter((row) => row.month === month)))
      }
      expect(changes).toBeGreaterThan(1_000)
      const seconds = Math.round((performance.now() - began) / 1000)
      console.log(
        `${history.data}: ${months.length} months, ${changes} changes, ${tenants.length} tenants, ${seconds} s`,
      )
    },
  )

  test.runIf(isLong)('F1 R14 2.4 million inserts into an insert-only source', { timeout: 900_000 }, async () => {
    const named = (name: string) => catalog.reports.find((each) => each.name === name) as unknown as ReportDefinition
    const [summary, comparison, byBase] = [named('trip-summary'), named('trip-comparison'), named('trips-by-base')]
    await using source = await makeSourceDatabase(cluster.primary)
    const { host } = source
    const files = ['04', '05', '06', '07', '08', '09'].map((month) => `trips/trips-2014-${month}.csv.gz`)
    await stage(host, 'raw_trip', files)
    await host.query(`set synchronous_commit = off;
      create temp table ordered as select row_number() over (order by pickup_at, trip_id::bigint) as place, * from raw_trip;
      create index on ordered (place);
      create table trip (trip_id bigint primary key, tenant text not null, base text not null, pickup_at timestamp not null)`)
    const insert = (from: number, to: number) =>
      host.query(
        `insert into trip select trip_id::bigint, tenant, base, pickup_at::timestamp from ordered
         where place >= $1 and place < $2 order by place`,
        [from, to],
      )
    const { rows } = await host.query(
      'select count(*)::integer as count, array_agg(distinct tenant) as tenants from raw_trip',
    )
    const { count, tenants } = rows[0] as { count: number; tenants: string[] }
    await insert(0, 500_000)
    const zone = 'America/New_York'
    await using folded = await startFold(
      source,
      [summary, comparison, byBase],
      tenants.map((id) => ({ id, timeZone: zone })),
      [summary.from],
    )
    const identity = await host.query(`select relreplident from pg_class where relname = 'trip'`)
    expect(identity.rows).toEqual([{ relreplident: 'd' }])
    const began = performance.now()
    for (let from = 500_000; from <= count; from += 20_000) {
      await insert(from, from + 20_000)
      if (from % 100_000 === 0) await folded.folding.caughtUp()
    }
    await folded.folding.caughtUp()
    console.log(`trips: ${count - 500_000} inserts followed in ${Math.round((performance.now() - began) / 1000)} s`)

    const during = (month: string) => `${month}-15T12:00:00Z`
    for (const { tenant = '', month = '', trips } of answers('trips_rolling_two_months')) {
      const [row] = await folded.read(summary, tenant, {}, during(month))
      expect([tenant, month, String(row.trips)]).toEqual([tenant, month, trips])
    }
    for (const { tenant = '', month = '', ...row } of answers('trips_comparison_month_vs_previous')) {
      const [{ trips }] = await folded.read(comparison, tenant, {}, during(month))
      const found = [tenant, month, String(trips.current), String(trips.previous)]
      expect(found).toEqual([tenant, month, row.current_trips, row.previous_trips])
    }
    const days = answers('trips_per_tenant_base_day')
    for (const tenant of tenants) {
      const found = await folded.read(byBase, tenant, { from: '2014-04-01', to: '2014-10-01' }, during('2014-12'))
      const occurring = found
        .filter(({ trips }) => trips > 0)
        .map(({ base, time, trips }) => ({ tenant, base, day: time, trips: String(trips) }))
      expect(inOrder(occurring)).toEqual(inOrder(days.filter((row) => row.tenant === tenant)))
    }
  })
})
