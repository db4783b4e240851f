import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { committedAt, StoredRows } from '../../test/fold/stored-rows.ts'
import { findings } from '../../test/report/sources.ts'
import { runningTotal } from '../report/derived.ts'
import { count, countDistinct, max } from '../report/measure.ts'
import { given } from '../report/period.ts'
import { type ReportDefinition, report } from '../report/report.ts'
import { defineBuild, readBuildDefinition } from '../rollup/build-definition.ts'
import { compileExpiry } from '../rollup/expiry.ts'
import { MemoryStore } from '../store/memory/memory-store.ts'
import type { Addition, Build } from '../store/report-store.ts'
import { createAllowlist } from '../tenancy/allowlist.ts'
import { ActiveBuild, idOf } from './active-build.ts'
import { compareBuilds } from './compare-builds.ts'
import { createStoreEngine } from './engine.ts'
import { FillingCounters } from './filling-counters.ts'

const day = 86_400
const beginning = Date.parse('2026-11-01T00:00:00Z') / 1000
const tenant = { id: 'acme', timeZone: 'America/Los_Angeles' }
const common = {
  permission: 'read',
  from: findings,
  time: { grain: 'day' },
  period: given('from', 'to'),
  dimensions: { severity: findings.severity },
  measures: {
    opened: count({ at: findings.firstSeenAt }),
    closed: count({ at: findings.resolvedAt }),
    assets: countDistinct(findings.asset, { at: findings.firstSeenAt }),
    worst: max(findings.cvss, { at: findings.resolvedAt }),
  },
  derive: { active: runningTotal({ add: 'opened', subtract: 'closed' }) },
} as const
const retainedDays = 3
const reports: readonly ReportDefinition[] = [
  report({ name: 'all', ...common } as never),
  report({ name: 'retained', ...common, retain: `${retainedDays}d` } as never),
]

const defined = reports.map((each) => ({ ...defineBuild(each, tenant), report: each.name, tenant: tenant.id }))

/** What a source's clock, DynamoDB's and a reader's do, and what the host writes. Seconds. */
interface Step {
  /** Since the step before. */
  readonly passes: number
  /** How far the fold is behind at its end. */
  readonly lag: number
  readonly writes: readonly Write[]
  /** Of what may be deleted by time to live: which share of it is. */
  readonly deleted: number
  /** How wrong the reader's clock is. */
  readonly readerIsOff: number
  readonly isRebuilt: boolean
}

interface Write {
  /** Of the rows that there are; beyond them a new one. */
  readonly row: number
  readonly seenAgo: number
  readonly resolvedAgo: number | null
  readonly isDeleted: boolean
}

const ago = fc.oneof(fc.integer({ min: 0, max: 14 * day }), fc.integer({ min: 0, max: 2 * day }))
const write = fc.record({
  row: fc.nat(12),
  seenAgo: ago,
  resolvedAgo: fc.option(ago, { nil: null }),
  isDeleted: fc.boolean(),
})
const step: fc.Arbitrary<Step> = fc.record({
  passes: fc.oneof(fc.integer({ min: 1, max: day }), fc.integer({ min: day, max: 4 * day })),
  lag: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9 * day })),
  writes: fc.array(write, { maxLength: 5 }),
  deleted: fc.constantFrom(0, 0.5, 1),
  readerIsOff: fc.oneof(fc.constant(0), fc.integer({ min: 1 - 2 * day, max: 2 * day })),
  isRebuilt: fc.boolean(),
})

type Row = Readonly<Record<string, string | null>>

function rowOf({ seenAgo, resolvedAgo, row }: Write, now: number): Row {
  const at = (before: number) => String((now - before) * 1_000_000)
  return {
    severity: ['critical', 'high', 'low'][row % 3] as string,
    asset: `asset ${row % 4}`,
    cvss: `${row % 10}.5`,
    first_seen_at: at(seenAgo),
    resolved_at: resolvedAgo === null ? null : at(resolvedAgo),
  }
}

/** A store that deletes by a clock of its own what has expired by it, some of it, some time, as DynamoDB does. */
class TimeToLive extends MemoryStore {
  deleteSome(name: string, now: number, share: number): void {
    const stream = this.stream(name)
    for (const build of stream.builds) {
      const due = [...stream.counters(build)].filter(
        ([, { expiresAt }]) => (expiresAt ?? Number.POSITIVE_INFINITY) <= now,
      )
      for (const [sort, { values, expiresAt }] of due.filter((_, index) => index < due.length * share))
        stream.add(build, { sort, by: values.map((value) => -value), expiresAt })
    }
  }
}

const at = (place: number): string => place.toString(16).padStart(16, '0')

/** Folds what a host writes while time passes, and asks both reports the same after each step. */
async function play(steps: readonly Step[], met: Map<string, number>): Promise<void> {
  const meets = (what: string) => met.set(what, (met.get(what) ?? 0) + 1)
  const store = new TimeToLive()
  const allowlist = createAllowlist([tenant])
  await allowlist.start()
  const engine = createStoreEngine({ store, allowlist, rowLimit: 1_000, labels: async () => ({}) })
  let rows: Row[] = []
  let [now, committedAt, place] = [beginning, 0, 0]
  let waiting: { readonly image: Row; readonly sign: 1 | -1 }[] = []
  let active = await build(store, [], 0)
  for (const each of steps) {
    now += each.passes
    for (const written of each.writes) {
      const former = rows[written.row]
      if (former !== undefined) waiting.push({ image: former, sign: -1 })
      if (former !== undefined && written.isDeleted) rows = rows.filter((row) => row !== former)
      else {
        const image = rowOf(written, now)
        waiting.push({ image, sign: 1 })
        rows = former === undefined ? [...rows, image] : rows.map((row) => (row === former ? image : row))
      }
    }
    store.deleteSome('main', now, each.deleted)
    const additions: Addition[] = []
    for (const one of active) {
      for (const { image, sign } of waiting) one.fold((column) => image[column] ?? null, sign, one.counters)
      for (const addition of one.takeCounters()) additions.push({ build: idOf(one.build), ...addition })
    }
    waiting = []
    // A clock that goes back does not take the stream with it.
    committedAt = Math.max(committedAt, now - each.lag)
    const { epoch } = await store.progress('main')
    const batch = {
      from: at(place),
      to: at(place + 1),
      epoch,
      committedAt: BigInt(committedAt) * 1_000_000n,
      source: '',
    }
    place += 1
    await store.apply('main', { ...batch, additions })
    store.deleteSome('main', now, each.deleted)
    if (additions.some(({ expiresAt }) => expiresAt !== undefined && expiresAt <= now && expiresAt > committedAt))
      meets('added after its time by the wall clock')
    if (each.isRebuilt) {
      const former = active
      active = await build(store, rows, now)
      for (const [index, one] of active.entries()) {
        const before = former[index] as ActiveBuild
        expect(await compareBuilds(store, 'main', before.build, one.build, now * 1000), 'verify').toEqual([])
        await store.drop('main', idOf(before.build))
      }
      meets('built anew')
    }
    await expectSame(now + each.readerIsOff)
  }

  async function build(of: MemoryStore, all: readonly Row[], readAt: number): Promise<ActiveBuild[]> {
    const { epoch, position: startsAt } = await of.progress('main')
    const opened = await of.open(
      'main',
      defined.map((each) => ({ ...each, facts: '', startsAt })),
      epoch,
    )
    const filling = new FillingCounters({ store: of, stream: 'main', readAt, onPoison: () => {} })
    for (const each of opened) {
      const { counters, fold } = filling.add({ build: each, definition: readBuildDefinition(each.definition) })
      for (const row of all) fold((column) => row[column] ?? null, 1, counters)
    }
    await filling.flush()
    for (const each of opened) await of.ready('main', idOf(each))
    return opened.map((each) => new ActiveBuild(each))
  }

  async function expectSame(readerNow: number): Promise<void> {
    const instant = Temporal.Instant.fromEpochMilliseconds(readerNow * 1000)
    const today = instant.toZonedDateTimeISO(tenant.timeZone).toPlainDate()
    const days = { from: today.subtract({ days: retainedDays - 1 }).toString(), to: today.add({ days: 2 }).toString() }
    const [all, retained] = await Promise.all(
      reports.map((each) =>
        engine.read({
          ...{ report: each, tenant: tenant.id, given: days, attributes: {}, now: instant },
          signal: new AbortController().signal,
        }),
      ),
    )
    expect(retained?.rows).toEqual(all?.rows)
    meets(all?.rows.length === 0 ? 'empty' : 'with rows')
    const kept = async (build: Build) =>
      (await store.read('main', idOf(build), [{ from: '', to: '\u{10ffff}' }]))?.counters.flat() ?? []
    const [whole, rest] = await Promise.all(active.map(({ build }) => kept(build)))
    const expiryOf = compileExpiry(active[1]?.definition.plan ?? {})
    if ((rest?.length ?? 0) < (whole?.length ?? 0)) meets('dropped')
    const old = rest?.filter(({ sort }) => (expiryOf(sort) ?? committedAt + 1) <= committedAt)
    expect(old, 'what has expired is gone').toEqual([])
  }
}

test('F1 S9 a report that retains some days says of them what one that retains all does, whatever was deleted, however long the fold was away', {
  timeout: 300_000,
}, async () => {
  const met = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => play(steps, met)),
    { numRuns: process.env.MILLRACE_LONG === '1' ? 3_000 : 40 },
  )
  for (const what of ['with rows', 'dropped', 'built anew', 'added after its time by the wall clock'])
    expect(met.get(what) ?? 0, what).toBeGreaterThan(3)
})

test('S2 S9 whoever asks for days that the source has left behind gets an error, and no zeroes', async () => {
  const stored = new StoredRows()
  const [, retained] = reports as [ReportDefinition, ReportDefinition]
  await stored.insert(tenant, retained, [
    { severity: 'high', asset: 'a', cvss: '1', first_seen_at: String(committedAt) },
  ])
  const allowlist = createAllowlist([tenant])
  await allowlist.start()
  const engine = createStoreEngine({ store: stored.store, allowlist, rowLimit: 100, labels: async () => ({}) })
  const opened = async (daysOff: number) => {
    const now = Temporal.Instant.fromEpochMilliseconds(Number(committedAt / 1000n) + daysOff * day * 1000)
    const today = now.toZonedDateTimeISO(tenant.timeZone).toPlainDate()
    const given = { from: today.subtract({ days: retainedDays - 1 }).toString(), to: today.add({ days: 1 }).toString() }
    const signal = new AbortController().signal
    const { rows } = await engine.read({ report: retained, tenant: tenant.id, given, attributes: {}, now, signal })
    return rows.reduce((sum, row) => sum + Number(row.opened), 0)
  }
  expect(await opened(0)).toBe(1)
  expect(await opened(-2)).toBe(0)
  await expect(opened(-5)).rejects.toMatchObject({ code: 'INTERNAL', detail: expect.stringContaining('clock') })
})
