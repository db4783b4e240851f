import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { StoredRows } from '../../test/fold/stored-rows.ts'
import { enumOf, text, timestamp } from '../report/column.ts'
import type { EngineRequest } from '../report/engine.ts'
import { lookup } from '../report/lookup.ts'
import { count } from '../report/measure.ts'
import { lastDays } from '../report/period.ts'
import { type ReportDefinition, report } from '../report/report.ts'
import { source } from '../report/source.ts'
import { createAllowlist } from '../tenancy/allowlist.ts'
import { createStoreEngine, type StoreEngine } from './engine.ts'

const findings = source('finding', {
  columns: { id: text(), tenantId: text(), severity: enumOf('high', 'low'), group: text(), seenAt: timestamp() },
  key: 'id',
  tenant: 'tenantId',
})
const common = {
  name: 'findings',
  permission: 'read',
  from: findings,
  time: { column: findings.seenAt, timeZone: 'tenant' },
  period: lastDays(2),
  dimensions: { severity: findings.severity, group: findings.group },
  measures: { found: count() },
  filters: ['severity'],
  restrict: { group: 'groups' },
} as const
/** The same counters answer all three; only the last says something that the store does not know. */
const whole = report(common)
const cut = report({ ...common, limit: 1 })
const labelled = report({ ...common, lookup: { group: lookup(findings, 'id', 'group') } })

const tenants = ['acme', 'globex'].map((id) => ({ id, timeZone: 'Europe/Berlin' }))
const noon = Temporal.Instant.from('2026-11-21T11:00:00Z')
const microseconds = (instant: Temporal.Instant) => String(BigInt(instant.epochMilliseconds) * 1000n)
const row = (severity: string, group: string) => ({ severity, group, seen_at: microseconds(noon) })

/** An engine, and how many ranges were read of its store. */
async function engineOf({ store }: StoredRows): Promise<{ engine: StoreEngine; ranges: number[] }> {
  const allowlist = createAllowlist(tenants)
  await allowlist.start()
  const ranges: number[] = []
  const counted = {
    read: async (...of: Parameters<typeof store.read>) => {
      const found = await store.read(...of)
      ranges.push(found?.counters.length ?? 0)
      return found
    },
    progress: (stream: string) => store.progress(stream),
    fillings: async () => [],
    close: async () => {},
  }
  const labels = async (_: unknown, { lookup }: ReportDefinition) =>
    Object.fromEntries(Object.keys(lookup).map((name) => [name, new Map([['web', 'Web']])]))
  return { engine: createStoreEngine({ store: counted, allowlist, rowLimit: 100, labels }), ranges }
}

const asking = (given: Partial<EngineRequest> = {}): EngineRequest => ({
  report: whole,
  tenant: 'acme',
  given: {},
  attributes: { groups: ['web', 'office'] },
  now: noon,
  signal: new AbortController().signal,
  ...given,
})

test('counters are read once for an answer until something is added to them', async () => {
  const stored = new StoredRows()
  await stored.insert(tenants[0] as { id: string }, whole, [row('high', 'web')])
  const { engine, ranges } = await engineOf(stored)
  const first = await engine.read(asking())
  await stored.insert(tenants[1] as { id: string }, whole, [row('low', 'web')])
  const second = await engine.read(asking())
  expect(ranges).toEqual([1, 0])
  expect(second.rows).toEqual(first.rows)
  expect(Number(`0x${second.position}`)).toBe(32)
  await stored.insert(tenants[0] as { id: string }, whole, [row('high', 'web')])
  expect((await engine.read(asking())).rows).toMatchObject([{ found: 2 }])
  expect(ranges).toEqual([1, 0, 1])
})

test('labels are asked for each time', async () => {
  const stored = new StoredRows()
  await stored.insert(tenants[0] as { id: string }, labelled, [row('high', 'web')])
  const { engine, ranges } = await engineOf(stored)
  for (let read = 0; read < 2; read++) await engine.read(asking({ report: labelled }))
  expect(ranges).toEqual([1, 1])
})

const steps = fc.array(
  fc.oneof(
    fc.record({
      insert: fc.record({
        of: fc.nat(1),
        severity: fc.constantFrom('high', 'low'),
        group: fc.constantFrom('web', 'office'),
      }),
    }),
    fc.record({
      read: fc.record({
        report: fc.constantFrom(whole, cut, labelled),
        tenant: fc.constantFrom('acme', 'globex'),
        given: fc.constantFrom({}, { severity: ['low'] }, { severity: ['high'] }, { severity: ['high', 'low'] }),
        attributes: fc.constantFrom({}, { groups: ['web'] }, { groups: ['office'] }, { groups: ['web', 'office'] }),
        now: fc.constantFrom(noon, noon.add({ hours: 24 }), noon.add({ hours: 48 })),
      }),
    }),
  ),
  { minLength: 10, maxLength: 60 },
)

test('F1 T1 T7 an engine that keeps answers gives what one gives that has none', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const stored = new StoredRows()
      for (const tenant of tenants) await stored.insert(tenant, whole, [row('high', 'web'), row('low', 'office')])
      const { engine } = await engineOf(stored)
      for (const step of steps) {
        if ('insert' in step) {
          const { of, severity, group } = step.insert
          await stored.insert(tenants[of] as { id: string }, whole, [row(severity, group)])
        } else {
          const fresh = await engineOf(stored)
          const { rows, position } = await engine.read(asking(step.read))
          expect({ rows, position }).toEqual(
            (({ rows, position }) => ({ rows, position }))(await fresh.engine.read(asking(step.read))),
          )
        }
      }
    }),
    { numRuns: 60 },
  )
})
