import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bookings, findings } from '../../test/report/sources.ts'
import { folded, planFor, type RowTexts, storedCounters } from '../../test/rollup/folded.ts'
import { runningTotal } from '../report/derived.ts'
import { elapsed, times } from '../report/expression.ts'
import { avg, count, countDistinct, max, percentile, sum } from '../report/measure.ts'
import { lastDays } from '../report/period.ts'
import { report } from '../report/report.ts'
import { Counters } from './counters.ts'
import { compileFold } from './fold-row.ts'
import { segmentsOf } from './key.ts'
import { PoisonedValue } from './poisoned-value.ts'

const reportOf = (members: object) => report({ name: 'x', permission: 'p', ...members } as never)
/** Keys as their segments, vectors as numbers. */
const shown = (counters: Counters) =>
  Object.fromEntries(
    storedCounters(counters).map(({ sort, values }) => [segmentsOf(sort).join('|'), values.map(Number).join(' ')]),
  )

const trend = reportOf({
  from: findings,
  dimensions: { severity: findings.severity, group: findings.assetGroup },
  time: { column: findings.firstSeenAt, grain: 'day' },
  period: lastDays(60),
  measures: {
    opened: count(),
    exploited: count({ where: { exploited: true } }),
    mean: avg(findings.cvss),
    worst: max(findings.cvss),
    assets: countDistinct(findings.asset),
    closed: count({ at: findings.resolvedAt }),
    took: sum(elapsed(findings.firstSeenAt, findings.resolvedAt, 'hour'), { at: findings.resolvedAt }),
  },
  derive: { active: runningTotal({ add: 'opened', subtract: 'closed' }) },
  filters: ['scan'],
  restrict: { group: 'groups' },
})
const scan = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'
const row: RowTexts = {
  asset: 'web-1',
  asset_group: 'eu',
  scan,
  severity: 'high',
  cvss: '9.8',
  exploited: 'true',
  // 21 November 2026, 23:30 in UTC; it is the 22nd in Berlin.
  first_seen_at: '1795303800000000',
  resolved_at: null,
}

describe('what a row adds', () => {
  test('to its day’s group, at the place of its packed values, to the group of all time, to counted values, to options', () => {
    const counters = folded(planFor(trend, 'Europe/Berlin'), [[row, 1]])
    // `high` is the second of critical, high, low, other, null; each has 7 numbers, or 6 by the other time.
    const vector = `${'0 '.repeat(7)}1 0 0 1 1 98 1`
    expect(shown(counters)).toEqual({
      [`0c|2026-11-22|veu|v${scan}`]: vector,
      [`0t|veu|v${scan}`]: vector,
      [`0v3|2026-11-22|vhigh|veu|v${scan}|p1298`]: '1',
      [`0v4|2026-11-22|vhigh|veu|v${scan}|web-1`]: '1',
      [`o0|v${scan}|veu`]: '1',
    })
  })

  test('by each of its times', () => {
    const counters = folded(planFor(trend), [[{ ...row, resolved_at: '1795303800500000' }, 1]])
    expect(shown(counters)).toMatchObject({
      [`1c|2026-11-21|veu|v${scan}`]: `${'0 '.repeat(6)}1 0 0 1 500000 1`,
      [`1t|veu|v${scan}`]: `${'0 '.repeat(6)}1 0 0 1 500000 1`,
    })
  })

  test('nothing where the report’s condition does not hold, and then no other column is looked at', () => {
    const asked: string[] = []
    const fold = compileFold(
      planFor(reportOf({ from: findings, where: { severity: 'low' }, measures: { n: max(findings.cvss) } })),
    )
    const counters = new Counters()
    const image = (text: string) => (column: string) => {
      asked.push(column)
      return column === 'severity' ? text : '1.0'
    }
    fold(image('high'), 1, counters)
    expect([counters.size, asked]).toEqual([0, ['severity']])
    fold(image('low'), 1, counters)
    expect([counters.size, asked]).toEqual([2, ['severity', 'severity', 'cvss']])
  })

  test('each column is asked for once', () => {
    const asked: string[] = []
    compileFold(planFor(trend))(
      (column) => {
        asked.push(column)
        return row[column] ?? null
      },
      1,
      new Counters(),
    )
    expect(asked.toSorted()).toEqual([...new Set(asked)].toSorted())
    expect(asked).toHaveLength(8)
  })

  test('a value that its column cannot hold is told by the column, and nothing of the row is added', () => {
    for (const [column, text] of [
      ['cvss', 'nine'],
      ['first_seen_at', 'yesterday'],
      ['scan', '?'],
      ['exploited', ''],
    ] as const) {
      const counters = new Counters()
      const fold = compileFold(planFor(trend))
      expect(() => fold((name) => (name === column ? text : (row[name] ?? null)), 1, counters)).toThrow(PoisonedValue)
      expect([...counters], column).toEqual([])
    }
  })

  test('F5 the hour stands after its day', () => {
    const hourly = reportOf({
      from: findings,
      time: { column: findings.firstSeenAt, grain: 'hour' },
      measures: { n: count() },
    })
    const shownAt = (first_seen_at: string, zone: string) =>
      Object.keys(shown(folded(planFor(hourly, zone), [[{ ...row, first_seen_at }, 1]])))
    expect(shownAt('1795303800000000', 'Asia/Kolkata')).toEqual(['0c|2026-11-22|p2161795303800000000'])
    expect(shownAt('-1', 'UTC')).toEqual(['0c|1969-12-31|m789' + '6399999999'])
    expect(shownAt('infinity', 'UTC')).toEqual(['0c|~|'])
  })

  test('F1 an enum beyond 64 combinations stands in the key', () => {
    const wide = reportOf({
      from: bookings,
      dimensions: { a: bookings.status, b: bookings.status, c: bookings.status, d: bookings.status },
      measures: { n: count() },
    })
    expect(shown(folded(planFor(wide), [[{ status: 'canceled' }, 1]]))).toEqual({
      '0c||vcanceled': `${'0 '.repeat(21 * 3)}1 0 1`,
    })
  })
})

const texts = (...values: (string | null)[]) => fc.constantFrom(...values)
const anyRow: fc.Arbitrary<RowTexts> = fc.record({
  asset: texts('a', 'b', ''),
  asset_group: texts('eu', 'us', null),
  scan: texts(scan, 'ffffffff-ffff-4fff-8fff-ffffffffffff'),
  severity: texts('high', 'low', 'unheard of'),
  cvss: texts('9.8', '0.0', '1234567890123456789.1', 'NaN', null),
  exploited: texts('true', 'false'),
  first_seen_at: texts('1795303800000000', '1795300000000000', '-infinity'),
  resolved_at: texts('1795303800000000', '1795400000000000', null),
})
const plans = [
  planFor(trend, 'Europe/Berlin'),
  planFor(
    reportOf({
      from: findings,
      dimensions: { group: findings.assetGroup },
      time: { column: findings.firstSeenAt, grain: 'hour' },
      measures: { n: count(findings.cvss), p: percentile(0.9, findings.cvss), t: sum(times(findings.cvss, 1000)) },
      filters: ['severity'],
    }),
    'Asia/Kolkata',
  ),
]

describe('a history', () => {
  test('F2 that nets to zero leaves nothing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...plans),
        fc.array(anyRow, { maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        (plan, rows, order) => {
          const leaving = rows.map((each) => ({ each, at: order.next().value as number })).sort((a, b) => a.at - b.at)
          const counters = folded(plan, [
            ...rows.map((each) => [each, 1] as const),
            ...leaving.map(({ each }) => [each, -1] as const),
          ])
          expect([...counters]).toEqual([])
        },
      ),
    )
  })

  test('F3 in any order, and in any batches, gives the same counters', () => {
    const change = fc.tuple(anyRow, fc.constantFrom(1 as const, -1 as const), fc.nat(), fc.nat(3))
    fc.assert(
      fc.property(fc.constantFrom(...plans), fc.array(change, { maxLength: 16 }), (plan, changes) => {
        const inOrder = folded(
          plan,
          changes.map(([each, sign]) => [each, sign] as const),
        )
        const shuffled = changes.toSorted((a, b) => a[2] - b[2])
        const sums = new Map<string, bigint[]>()
        for (const batch of [0, 1, 2, 3]) {
          for (const { sort, by } of folded(
            plan,
            shuffled.filter((each) => each[3] === batch).map(([each, sign]) => [each, sign] as const),
          )) {
            const sum = sums.get(sort) ?? []
            sums.set(
              sort,
              Array.from({ length: Math.max(sum.length, by.length) }, (_, i) => (sum[i] ?? 0n) + (by[i] ?? 0n)),
            )
          }
        }
        const trimmed = [...sums].map(
          ([sort, by]) => [sort, by.slice(0, by.findLastIndex((value) => value !== 0n) + 1)] as const,
        )
        expect(Object.fromEntries(trimmed.filter(([, by]) => by.length > 0))).toEqual(
          Object.fromEntries(Array.from(inOrder, ({ sort, by }) => [sort, by])),
        )
      }),
    )
  })
})
