import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findings } from '../../../test/report/sources.ts'
import { countersOf } from '../../../test/rollup/folded.ts'
import { type StandaloneServer, startServer, type Version } from '../../embedded/cluster.ts'
import { createDatabase, query } from '../../embedded/database.ts'
import { elapsed } from '../../report/expression.ts'
import { avg, count, sum } from '../../report/measure.ts'
import { lastDays } from '../../report/period.ts'
import { type ReportDefinition, report } from '../../report/report.ts'
import { defineBuild, readBuildDefinition } from '../../rollup/build-definition.ts'
import { viewOf } from '../../rollup/view.ts'
import type { Build } from '../report-store.ts'
import { PostgresStore } from './postgres-store.ts'
import type { ReportView } from './report-view.ts'

const definition = report({
  name: 'open-findings',
  permission: 'p',
  from: findings,
  dimensions: { level: findings.severity, who: findings.asset },
  time: { column: findings.firstSeenAt, grain: 'day' },
  period: lastDays(7),
  measures: {
    opened: count(),
    risk: sum(findings.cvss),
    mean: avg(findings.cvss),
    took: sum(elapsed(findings.firstSeenAt, findings.resolvedAt, 'hour'), { at: findings.resolvedAt }),
  },
  filters: ['exploited'],
} as never) as ReportDefinition

const of = (tenant: string) => defineBuild(definition, { id: tenant, schema: tenant, timeZone: 'Europe/Berlin' })

function viewOfReport(): ReportView {
  const { timeZone: _, ...plan } = readBuildDefinition(of('a').definition).plan
  return { report: definition.name, plan: JSON.stringify(plan), flows: viewOf(definition) }
}

describe.each<Version>([15, 18])('on PostgreSQL %i', (version) => {
  let server: StandaloneServer

  beforeAll(async () => {
    server = await startServer({ version })
  })

  afterAll(async () => {
    await server?.close()
  })

  test('a report is rows that a read-only role can read, and nothing else', async () => {
    const connection = await createDatabase(server, 'reporting')
    const store = new PostgresStore({ connection })
    await store.migrate()
    const start = '0'.repeat(16)
    const builds = await store.open(
      'main',
      ['a', 'b'].map((tenant) => ({ ...of(tenant), tenant, report: definition.name, facts: '', startsAt: start })),
      0,
    )
    const { plan } = readBuildDefinition(of('a').definition)
    const at = { first_seen_at: '1795303800000000', exploited: 'true' }
    const counters = countersOf(plan, [
      { ...at, asset: 'web\u0001\u00021', severity: 'low', cvss: '1.5', resolved_at: '1795303801500000' },
      { ...at, asset: 'web\u0001\u00021', severity: 'low', cvss: '2.0', resolved_at: null },
      { ...at, asset: null, severity: 'new', cvss: null, resolved_at: null, exploited: 'false' },
    ])
    const committed = 1_795_303_900
    // S9: of these the day is over, though nobody has deleted them.
    const old = counters.flatMap(({ sort, values }) =>
      sort.includes('2026-11-22')
        ? [{ sort: sort.replace('2026-11-22', '2026-11-01'), values, expiresAt: committed }]
        : [],
    )
    const kept = counters.map((counter) => ({ ...counter, expiresAt: committed + 1 }))
    const additions = [...kept, ...old].map(({ values: by, ...each }) => ({ build: builds[0] as Build, by, ...each }))
    const place = (number: number) => String(number).padStart(16, '0')
    const batch = (to: number, seconds: number) => ({
      ...{ from: place(to - 1), to: place(to), epoch: 1, committedAt: BigInt(seconds) * 1_000_000n, source: '' },
    })
    await store.apply('main', { ...batch(1, committed - 10), additions })
    await store.apply('main', { ...batch(2, committed), additions: [] })
    expect(await query(connection, 'select count(*)::int from reporting.counters')).toEqual([
      { count: additions.length },
    ])
    for (const build of builds) await store.ready('main', build)
    await query(connection, `create role reader_${version} login password 'reader'`)
    for (let round = 0; round < 2; round++) await store.describeReports([viewOfReport()], [`reader_${version}`])

    const reader = { ...connection, user: `reader_${version}`, password: 'reader' }
    const rows = await query(
      reader,
      'select *, day::text as day, as_of::text as as_of from reporting.report_open_findings_by_first_seen_at order by level',
    )
    const same = { tenant: 'a', as_of: '2026-11-21 23:31:40+00', day: '2026-11-22' }
    expect(rows).toMatchObject([
      { ...same, level: 'low', who: 'web\u0001\u00021', exploited: true, rows: '2', opened: '2', risk: '3.5' },
      { ...same, level: 'other', who: null, exploited: false, rows: '1', opened: '1', risk: null, mean: null },
    ])
    expect(Number(rows[0]?.mean)).toBe(1.75)
    const took = await query(reader, 'select took_seconds::text from reporting.report_open_findings_by_resolved_at')
    expect(took.map(({ took_seconds }) => Number(took_seconds))).toEqual([1.5])
    await expect(query(reader, 'select * from reporting.counters')).rejects.toMatchObject({ code: '42501' })
    await expect(query(reader, 'delete from reporting.report_open_findings_by_resolved_at')).rejects.toThrow()

    await store.describeReports([])
    await expect(query(connection, 'select * from reporting.report_open_findings_by_resolved_at')).rejects.toThrow()
    await store.close()
  })
})
