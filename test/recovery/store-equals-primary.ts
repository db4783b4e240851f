import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { Temporal } from 'temporal-polyfill'
import { expect } from 'vitest'
import { MillraceError } from '../../src/errors.ts'
import { positionOfLsn } from '../../src/replication/position.ts'
import { answer } from '../../src/report/answer.ts'
import { resolveReading } from '../../src/report/reading.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import { defineBuild } from '../../src/rollup/build-definition.ts'
import { planOf } from '../../src/rollup/plan.ts'
import { groupsOf, rangesOf } from '../../src/rollup/read.ts'
import type { Position, ReportStore } from '../../src/store/report-store.ts'
import type { Asked } from './host-reports.ts'

interface Tenant {
  readonly id: string
  readonly timeZone: string
}

export interface Compared {
  readonly store: ReportStore
  /** Of the primary, on which nobody writes meanwhile. */
  readonly primary: Pick<pg.Pool, 'query'>
  readonly asked: readonly Asked[]
  /** Tenants, or tenant and report with a space between, that are not to be compared. */
  readonly but?: ReadonlySet<string>
}

const stream = 'main'
const now = Temporal.Instant.from('2026-11-21T12:00Z')
const patience = 120_000

/** F1: once the store has come as far as the primary, each report says for each tenant what its SQL says there. */
export async function expectEqual({ store, primary, asked, but = new Set() }: Compared): Promise<void> {
  const { rows } = await primary.query('select pg_current_wal_insert_lsn()::text as lsn')
  const target = positionOfLsn(rows[0].lsn)
  const tenants = (await primary.query<Tenant>('select id, time_zone as "timeZone" from tenant order by id')).rows
  for (const tenant of tenants.filter(({ id }) => !but.has(id))) {
    for (const { report, sql } of asked.filter((each) => !but.has(`${tenant.id} ${each.report.name}`))) {
      const stored = await readAt(store, report, tenant, target)
      const { rows } = await primary.query<{ row: object }>(sql, [tenant.id, tenant.timeZone])
      expect(stored.map(inOrder).sort(), `${report.name} of ${tenant.id}`).toEqual(
        rows.map(({ row }) => inOrder(row)).sort(),
      )
    }
  }
}

/** The rows of a report from its ready build, once the store has come to a position. */
async function readAt(
  store: ReportStore,
  report: ReportDefinition,
  tenant: Tenant,
  target: Position,
): Promise<object[]> {
  const deadline = performance.now() + patience
  for (;;) {
    // An error is no answer, and may be one (S2).
    const found = await readStored(store, report, tenant).catch((error: unknown) => {
      if (error instanceof MillraceError && error.code === 'STORE_UNAVAILABLE') return null
      throw error
    })
    if (found !== null && found.asOf >= target) return found.rows
    if (performance.now() > deadline)
      throw new Error(`${report.name} of ${tenant.id} is at ${found?.asOf ?? 'no position'}, and not at ${target}`)
    await delay(25)
  }
}

/** What the store says of a report now; null where it has no build of this definition. */
export async function readStored(
  store: ReportStore,
  report: ReportDefinition,
  tenant: Tenant,
): Promise<{ readonly asOf: Position; readonly rows: object[] } | null> {
  const plan = planOf(report, tenant.timeZone)
  const reading = resolveReading(report, { tenant, given: {}, attributes: {}, now })
  const { fingerprint } = defineBuild(report, tenant)
  const found = await store.read(
    stream,
    { tenant: tenant.id, report: report.name, fingerprint },
    rangesOf(plan, reading),
  )
  return found && { asOf: found.asOf, rows: answer(reading, groupsOf(plan, reading, found.counters), {}, 10_000) }
}

const inOrder = (row: object): string => JSON.stringify(Object.fromEntries(Object.entries(row).sort()))
