import fc from 'fast-check'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { bigint, enumOf, nullable, text, timestamp } from '../report/column.ts'
import { count, max, percentile } from '../report/measure.ts'
import { lastDays } from '../report/period.ts'
import { type ReportDefinition, report } from '../report/report.ts'
import { source } from '../report/source.ts'
import { estimateCapacity } from './capacity.ts'
import { completeLoad } from './complete-load.ts'
import { type Estimate, estimateMoment } from './estimate.ts'
import type { GivenLoad } from './given-load.ts'
import type { ItemLayout } from './item-layout.ts'
import { listPrices } from './prices.ts'

// Some seconds of work; a machine with much else to do takes minutes.
vi.setConfig({ testTimeout: 180_000 })
afterAll(() => vi.resetConfig())

const events = source('event', {
  columns: {
    id: bigint(),
    tenantId: text(),
    team: text(),
    kind: enumOf('a', 'b', 'c'),
    size: bigint(),
    madeAt: timestamp(),
    doneAt: nullable(timestamp()),
  },
  key: 'id',
  tenant: 'tenantId',
})
const common = { permission: 'read', from: events } as const
const all = report({ ...common, name: 'all', measures: { rows: count() } })
const byKind = report({ ...common, name: 'by-kind', dimensions: { kind: events.kind }, measures: { rows: count() } })
const byTeam = report({ ...common, name: 'by-team', dimensions: { team: events.team }, measures: { rows: count() } })
const daily = report({
  ...common,
  name: 'daily',
  dimensions: { team: events.team },
  time: { column: events.madeAt, grain: 'day' },
  period: lastDays(60),
  measures: { rows: count() },
})
const open = report({
  ...common,
  name: 'open',
  where: { doneAt: null },
  dimensions: { team: events.team },
  measures: { rows: count(), largest: max(events.size) },
})
const sizes = report({ ...common, name: 'sizes', measures: { median: percentile(0.5, events.size) } })

/** An item of 100 bytes for each counter, and nothing besides. */
const layout: ItemLayout = { valuesPerItem: 64, bytes: () => 100, unitsOfFlush: () => 0, unitsPerRead: 2 }

function estimateOf(reports: readonly ReportDefinition[], given: GivenLoad, more: Partial<Estimate> = {}): Estimate {
  const load = completeLoad(given, reports)
  return { ...{ load, reports, layout, flushMilliseconds: 1_000, shards: () => 1 }, ...more }
}

const ofEvents = (table: NonNullable<GivenLoad['tables']>[string]): GivenLoad => ({
  ...{ tenants: 1, growth: 1, peak: 1 },
  tables: { event: { deletesPerSecond: 0, updates: [], ...table } },
})
const figures = (estimate: Estimate, years = 0, intervals: readonly number[] = [1_000]) =>
  estimateMoment(estimate, years, intervals).reports

describe('cases that can be told by hand', () => {
  test('one counter for all rows: each flush that has a change writes one item', () => {
    const [figure] = figures(estimateOf([all], ofEvents({ insertsPerSecond: 10, rows: 1_000 })), 0, [1_000, 250])
    // 1 − e^−10 flushes a second have one; 4 (1 − e^−2.5) where there are four.
    expect(figure?.writes[0]?.itemsPerSecond).toBeCloseTo(0.99995, 4)
    expect(figure?.writes[1]?.itemsPerSecond).toBeCloseTo(4 * (1 - Math.exp(-2.5)), 6)
    expect(figure).toMatchObject({ items: 1, bytes: 200 })
  })

  test('a month of one write unit a second costs $1.64', () => {
    const { now } = estimateCapacity(
      estimateOf([all], { ...ofEvents({ insertsPerSecond: 10, rows: 1_000 }), readsPerMinute: 0 }),
      listPrices,
    )
    expect(now.dollars[0]).toBeCloseTo(0.99995 * 2.628 * 0.625, 3)
  })

  test('enums stand in one item, texts in one each', () => {
    const given = ofEvents({
      ...{ insertsPerSecond: 1_000, rows: 10_000 },
      columns: { team: { distinct: 4, skew: 0 } },
    })
    const [kinds, teams] = figures(estimateOf([byKind, byTeam], given))
    expect(kinds?.writes[0]?.itemsPerSecond).toBeCloseTo(1, 6)
    expect(teams?.writes[0]?.itemsPerSecond).toBeCloseTo(4, 6)
    expect([kinds?.items, teams?.items]).toEqual([1, 4])
  })

  test('days are kept: of four teams a year has 1,460 items, three years 4,380', () => {
    const given = ofEvents({
      ...{ insertsPerSecond: 1, rows: 365 * 86_400 },
      columns: { team: { distinct: 4, skew: 0 } },
    })
    const estimate = estimateOf([daily], given)
    expect(figures(estimate)[0]?.items).toBeCloseTo(4 * 365)
    expect(figures(estimate, 2)[0]?.items).toBeCloseTo(4 * 3 * 365)
  })

  test('days that a report retains are kept, and three more: of four teams 90 days have 372 items, for ever', () => {
    const given = ofEvents({
      ...{ insertsPerSecond: 1, rows: 365 * 86_400 },
      columns: { team: { distinct: 4, skew: 0 } },
    })
    const estimate = estimateOf([{ ...daily, retain: '90d' }], given)
    expect(figures(estimate)[0]?.items).toBeCloseTo(4 * 93)
    expect(figures(estimate, 2)[0]?.items).toBeCloseTo(4 * 93)
  })

  test('a chart of 60 days of 4 items of 100 bytes reads 24,000 bytes: 6 units, and 2 for where it is', () => {
    const given = {
      ...ofEvents({ insertsPerSecond: 1, rows: 365 * 86_400, columns: { team: { distinct: 4, skew: 0 } } }),
    }
    const [figure] = figures(estimateOf([daily], given))
    expect(figure?.readUnits).toBe(6 + 2)
    expect(figure?.readUnitsPerSecond).toBeCloseTo(8 / 60)
  })

  test('an update that changes nothing of a report writes nothing to it; one that moves a row between groups writes both', () => {
    const given = ofEvents({
      ...{ insertsPerSecond: 0, rows: 10_000, updates: [{ changes: ['team'], perSecond: 1, ageDays: 1 }] },
      columns: { team: { distinct: 1_000, skew: 0 } },
    })
    const [whole, teams] = figures(estimateOf([all, byTeam], given), 0, [50])
    expect(whole?.writes[0]?.itemsPerSecond).toBe(0)
    expect(teams?.writes[0]?.itemsPerSecond).toBeCloseTo(2, 1)
  })

  test('a row that leaves a report takes away what it was, its counted value too', () => {
    const given = ofEvents({
      ...{ insertsPerSecond: 0, rows: 100_000, updates: [{ changes: ['doneAt'], perSecond: 1, ageDays: 1 }] },
      columns: { size: { distinct: 1_000, skew: 0 }, team: { distinct: 1_000, skew: 0 }, doneAt: { nulls: 1 } },
    })
    const [figure] = figures(estimateOf([open], given), 0, [50])
    expect(figure?.writes[0]?.itemsPerSecond).toBeCloseTo(2, 1)
  })

  test('a percentile of three digits has no more than so many values', () => {
    const given = ofEvents({
      insertsPerSecond: 1,
      rows: 10_000_000,
      columns: { size: { distinct: 1_000_000, skew: 0 } },
    })
    const [figure] = figures(estimateOf([sizes], given))
    const values = figure?.families.find(({ what }) => what === 'values of median')?.items ?? 0
    // 1 to 999, 100 to 999 with one, two and three zeroes behind, and 1,000,000.
    expect(values).toBeGreaterThan(1_500)
    expect(values).toBeLessThanOrEqual(3_700)
  })
})

const reports = [all, byKind, byTeam, daily, open]
const loads = fc.record({
  seed: fc.integer({ min: 0, max: 1_000 }),
  tenants: fc.integer({ min: 1, max: 500 }),
  skew: fc.double({ min: 0, max: 2, noNaN: true }),
  growth: fc.double({ min: 1, max: 3, noNaN: true }),
  changesPerSecond: fc.double({ min: 0.01, max: 200, noNaN: true }),
})
/** What is drawn differs by some percent from what it is on average. */
const noise = 1.15
const runs = { numRuns: process.env.MILLRACE_LONG === '1' ? 100 : 3 }

describe('whatever the load', () => {
  test('a longer interval never writes more, and more changes never less', () => {
    fc.assert(
      fc.property(loads, (given) => {
        const units = (load: GivenLoad) =>
          estimateMoment(estimateOf(reports, load), 0, [1_000, 5_000, 60_000]).reports.map(({ writes }) =>
            writes.map(({ unitsPerSecond }) => unitsPerSecond),
          )
        const few = units(given)
        const many = units({ ...given, changesPerSecond: given.changesPerSecond * 2 })
        few.forEach(([second, five, sixty] = [], at) => {
          expect(five).toBeLessThanOrEqual((second as number) * noise)
          expect(sixty).toBeLessThanOrEqual((five as number) * noise)
          expect(many[at]?.[0]).toBeGreaterThanOrEqual((second as number) / noise)
        })
      }),
      runs,
    )
  })

  test('the same seed gives the same figures, and totals are the sums of their parts', () => {
    fc.assert(
      fc.property(loads, (given) => {
        const capacity = estimateCapacity(estimateOf(reports, given), listPrices)
        expect(estimateCapacity(estimateOf(reports, given), listPrices)).toEqual(capacity)
        for (const moment of [capacity.now, capacity.later]) {
          moment.dollars.forEach((dollars, at) => {
            const sum = moment.reports.reduce((total, each) => total + (each.dollars[at] as number), 0)
            expect(dollars).toBeCloseTo(sum, 6)
          })
          for (const { families, items, writes } of moment.reports) {
            expect(families.reduce((total, each) => total + each.items, 0)).toBeCloseTo(items, 3)
            const written = families.reduce((total, each) => total + each.writeUnitsPerSecond, 0)
            expect(written).toBeCloseTo(writes[0]?.unitsPerSecond as number, 6)
          }
        }
      }),
      { numRuns: 2 },
    )
  })
})

describe('limits', () => {
  const hot = ofEvents({
    ...{ insertsPerSecond: 2_000, rows: 100_000 },
    columns: { team: { distinct: 5_000, skew: 0 } },
  })

  test('a key that comes near a limit is told, with what would change it, and shards divide it', () => {
    const estimate = estimateOf([byTeam, all], hot)
    const { nearLimits } = estimateCapacity(estimate, listPrices)
    expect(nearLimits.map(({ report, years }) => ({ report, years }))).toEqual([{ report: 'by-team', years: 0 }])
    const [{ share, advice }] = nearLimits as [(typeof nearLimits)[number]]
    // 2,000 draws of 5,000 teams are 5,000 (1 − e^−0.4) different ones.
    expect(share).toBeCloseTo((5_000 * (1 - Math.exp(-0.4))) / 1_000, 1)
    const [shards, ...others] = advice
    expect(shards).toMatchObject({ change: 'shards: 3', shards: 3 })
    expect(shards?.writeUnitsPerSecond).toBeCloseTo((share * 1_000) / 3, 3)
    expect(others.map(({ change }) => change)).toEqual([
      ...['flush every 5 s', 'flush every 15 s', 'flush every 60 s'],
      'without the dimension "team"',
    ])
    // In a minute each team comes: 5,000 items in 60 seconds.
    expect(others[2]?.writeUnitsPerSecond).toBeCloseTo(5_000 / 60, 0)
    expect(others[3]?.writeUnitsPerSecond).toBeCloseTo(1, 1)
    const spread = estimateCapacity({ ...estimate, shards: () => 3 }, listPrices)
    expect(spread.nearLimits).toEqual([])
  })

  test('growth is told by when the limit is near', () => {
    const given = { ...hot, growth: 2, tables: { event: { ...hot.tables?.event, insertsPerSecond: 350 } } }
    const { nearLimits } = estimateCapacity(estimateOf([byTeam], given), listPrices)
    // 350 × 2^years draws a second of 5,000 teams come to 700 different ones at about 752 draws, after 1.1 years.
    expect(nearLimits[0]?.years).toBe(1.5)
  })
})
