import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readingAt } from '../../test/report/reading.ts'
import { refusalOf } from '../../test/report/refusal.ts'
import { groups as assetGroups, bookings, findings } from '../../test/report/sources.ts'
import { answer, type Labels } from './answer.ts'
import type { Group } from './arm.ts'
import { growth, ratio, runningTotal, share } from './derived.ts'
import { elapsed } from './expression.ts'
import { lookup } from './lookup.ts'
import { avg, count, max, min, sum } from './measure.ts'
import { lastDays, month } from './period.ts'
import { type ReportDefinition, report } from './report.ts'
import { shapeOf } from './shape.ts'

type Key = readonly (string | null)[]
/** What an engine gives: of an arm, dimensions, a bucket and states. */
const group = (arm: number, dimensions: Key, bucket: string | null, ...states: (string | null)[]): Group => ({
  arm,
  dimensions,
  bucket,
  states,
})

interface Asked {
  readonly labels?: Labels
  readonly rowLimit?: number
  readonly now?: string
  readonly timeZone?: string
}
const answered = (definition: ReportDefinition, groups: readonly Group[], asked: Asked = {}) =>
  answer(readingAt(definition, asked), groups, asked.labels ?? {}, asked.rowLimit ?? 1000)

const base = { name: 'x', permission: 'p', from: findings } as const
const { firstSeenAt, resolvedAt, severity, assetGroup, cvss } = findings

describe('an answer without time', () => {
  const measures = { n: count(), worst: max(cvss), points: sum(cvss), tries: sum(findings.attempts) }

  test('has one row without dimensions, even where the source has none', () => {
    const definition = report({ ...base, measures })
    const row = { n: 0, worst: null, points: null, tries: '0' }
    expect(answered(definition, [])).toEqual([row])
    expect(answered(definition, [group(0, [], null, '0', null, null, '0')])).toEqual([row])
    expect(answered(definition, [group(0, [], null, '2', '9.8', '12.3', '7')])).toEqual([
      { n: 2, worst: '9.8', points: '12.3', tries: '7' },
    ])
  })

  test('has no row with dimensions, where the source has none', () => {
    expect(answered(report({ ...base, dimensions: { severity }, measures }), [])).toEqual([])
  })

  test('has a row for each combination, null being a value like others', () => {
    const definition = report({
      ...base,
      dimensions: { severity, group: assetGroup, attempts: findings.attempts },
      measures: { n: count() },
    })
    const groups = [
      group(0, ['low', null, '7'], null, '1'),
      group(0, ['low', '', '7'], null, '2'),
      group(0, ['other', 'null', '-7'], null, '3'),
    ]
    expect(answered(definition, groups)).toEqual([
      { severity: 'low', group: '', attempts: 7, n: 2 },
      { severity: 'low', group: null, attempts: 7, n: 1 },
      { severity: 'other', group: 'null', attempts: -7, n: 3 },
    ])
  })

  test('puts labels beside a dimension: null where there is none', () => {
    const definition = report({
      ...base,
      dimensions: { group: assetGroup },
      lookup: { group: lookup(assetGroups, 'id', 'name') },
      measures: { n: count() },
    })
    const groups = ['a', 'b', null].map((value) => group(0, [value], null, '1'))
    expect(answered(definition, groups, { labels: { group: new Map([['a', 'Alpha']]) } })).toEqual([
      { group: 'a', groupLabel: 'Alpha', n: 1 },
      { group: 'b', groupLabel: null, n: 1 },
      { group: null, groupLabel: null, n: 1 },
    ])
    expect(answered(definition, groups).map(({ groupLabel }) => groupLabel)).toEqual([null, null, null])
  })

  test('has its members in the order in which the columns are described', () => {
    const definition = report({
      ...base,
      dimensions: { group: assetGroup, severity },
      lookup: { group: lookup(assetGroups, 'id', 'name') },
      time: { column: firstSeenAt, grain: 'day' },
      period: { current: lastDays(1), previous: lastDays(2) },
      measures: { z: count(), a: max(cvss) },
      derive: { part: share('z'), growth: growth('z') },
    })
    const [row] = answered(definition, [group(0, ['a', 'low'], '2026-11-21', '1', '5')])
    expect(Object.keys(row ?? {})).toEqual(shapeOf(definition).map(({ name }) => name))
  })
})

describe('an answer with a grain', () => {
  const trend = report({
    ...base,
    dimensions: { severity },
    time: { column: firstSeenAt, grain: 'day' },
    period: lastDays(3),
    measures: { n: count(), worst: max(cvss) },
  })

  test('fills the gaps of every combination that has a row', () => {
    const groups = [
      group(0, ['high'], '2026-11-20', '4', '9.1'),
      group(0, ['low'], '2026-11-19', '1', null),
      group(0, ['low'], '2026-11-21', '2', '3.0'),
    ]
    expect(answered(trend, groups)).toEqual([
      { severity: 'high', time: '2026-11-19', n: 0, worst: null },
      { severity: 'low', time: '2026-11-19', n: 1, worst: null },
      { severity: 'high', time: '2026-11-20', n: 4, worst: '9.1' },
      { severity: 'low', time: '2026-11-20', n: 0, worst: null },
      { severity: 'high', time: '2026-11-21', n: 0, worst: null },
      { severity: 'low', time: '2026-11-21', n: 2, worst: '3.0' },
    ])
    expect(answered(trend, [])).toEqual([])
  })

  test('fills a whole period without dimensions, even where the source has no row', () => {
    const { dimensions: _, ...rest } = trend
    const definition = { ...rest, dimensions: {} }
    expect(answered(definition, []).map(({ time, n }) => [time, n])).toEqual([
      ['2026-11-19', 0],
      ['2026-11-20', 0],
      ['2026-11-21', 0],
    ])
  })

  test('of hours writes the instant at which each begins', () => {
    const definition = report({
      ...base,
      time: { column: firstSeenAt, grain: 'hour' },
      period: lastDays(1),
      measures: { n: count() },
    })
    const now = '2026-11-20T23:30:00Z'
    const microseconds = String(Date.parse('2026-11-20T23:00:00Z') * 1000)
    expect(answered(definition, [group(0, [], microseconds, '5')], { now, timeZone: 'Europe/Berlin' })).toEqual([
      { time: '2026-11-20T23:00:00Z', n: 5 },
    ])
  })

  test('brings measures of different time columns together in one row', () => {
    const flows = report({
      ...base,
      time: { column: firstSeenAt, grain: 'day' },
      period: lastDays(2),
      measures: {
        opened: count(),
        resolved: count({ at: resolvedAt }),
        worst: max(cvss),
        hours: avg(elapsed(firstSeenAt, resolvedAt, 'hour'), { at: resolvedAt, scale: 1 }),
      },
    })
    const groups = [
      group(0, [], '2026-11-20', '3', '9.8'),
      group(1, [], '2026-11-20', '1', '5400000000', '1'),
      group(1, [], '2026-11-21', '2', '21600000000', '2'),
    ]
    expect(answered(flows, groups)).toEqual([
      { time: '2026-11-20', opened: 3, resolved: 1, worst: '9.8', hours: '1.5' },
      { time: '2026-11-21', opened: 0, resolved: 2, worst: null, hours: '3.0' },
    ])
  })

  test('is an error where the database puts a row into a bucket that the calendar does not have', () => {
    expect(refusalOf(() => answered(trend, [group(0, ['low'], '2026-11-18', '1', null)]))).toBe(
      'INTERNAL: the database and Node.js differ on the days of UTC: `millrace check` says where',
    )
  })
})

describe('a comparison', () => {
  const measures = { n: count(), revenue: sum(bookings.rate), deposit: sum(bookings.deposit) }
  const comparison = report({
    ...base,
    from: bookings,
    dimensions: { status: bookings.status },
    time: { column: bookings.bookedOn },
    period: { current: month(), previous: month(-1) },
    measures,
    derive: { gain: growth('revenue'), back: growth('revenue', { from: 'current', to: 'previous', scale: 2 }) },
  })
  const gainOf = (current: string | null, previous: string | null) => {
    const groups = [group(0, ['kept'], null, '1', current, null), group(1, ['kept'], null, '1', previous, null)]
    return answered(comparison, groups)[0]?.gain
  }

  test('has a value per period, and of a period without rows what nothing adds up to', () => {
    const groups = [
      group(0, ['kept'], null, '3', '300.00', '10.00'),
      group(1, ['kept'], null, '2', '200.00', null),
      group(1, ['canceled'], null, '1', '50.00', '5.00'),
    ]
    expect(answered(comparison, groups)).toEqual([
      {
        status: 'kept',
        n: { current: 3, previous: 2 },
        revenue: { current: '300.00', previous: '200.00' },
        deposit: { current: '10.00', previous: null },
        gain: '0.5000',
        back: '-0.33',
      },
      {
        status: 'canceled',
        n: { current: 0, previous: 1 },
        revenue: { current: '0.00', previous: '50.00' },
        deposit: { current: null, previous: '5.00' },
        gain: '-1.0000',
        back: null,
      },
    ])
  })

  test('growth is a fraction of where it came from, rounded half away from zero', () => {
    expect([gainOf('100', '100'), gainOf('0', '100'), gainOf('125', '100'), gainOf('2', '3')]).toEqual([
      '0.0000',
      '-1.0000',
      '0.2500',
      '-0.3333',
    ])
    expect([gainOf('-50', '-100'), gainOf('100.005', '100')]).toEqual(['-0.5000', '0.0001'])
  })

  test('growth is null where there was nothing to grow from', () => {
    expect([gainOf('100', '0'), gainOf('0', '0'), gainOf('1', '0.00')]).toEqual([null, null, null])
    const ofNullable = report({
      ...base,
      from: bookings,
      time: { column: bookings.bookedOn },
      period: { current: month(), previous: month(-1) },
      measures: { deposit: sum(bookings.deposit) },
      derive: { gain: growth('deposit') },
    })
    expect(answered(ofNullable, [group(0, [], null, '5')])[0]?.gain).toBeNull()
    expect(answered(ofNullable, [group(1, [], null, '5')])[0]?.gain).toBeNull()
  })

  const daily = report({
    ...base,
    from: bookings,
    time: { column: bookings.bookedOn, grain: 'day' },
    period: { current: month(-9), previous: month(-10) },
    measures: { n: count() },
    derive: { gain: growth('n'), total: runningTotal({ add: 'n' }), part: share('n') },
  })

  test('day by day puts the first of a month beside the first of another, of 28 days beside 31', () => {
    const groups = [group(0, [], '2026-02-28', '6'), group(2, [], '2026-01-28', '4'), group(2, [], '2026-01-31', '1')]
    const rows = answered(daily, groups)
    expect(rows).toHaveLength(31)
    expect(rows[0]).toMatchObject({ time: { current: '2026-02-01', previous: '2026-01-01' }, gain: null })
    expect(rows[27]).toMatchObject({
      time: { current: '2026-02-28', previous: '2026-01-28' },
      n: { current: 6, previous: 4 },
      gain: '0.5000',
    })
    expect(rows[30]).toMatchObject({
      time: { current: null, previous: '2026-01-31' },
      n: { current: 0, previous: 1 },
      total: { current: 6, previous: 5 },
      part: { current: null, previous: '1.0000' },
    })
  })

  test('growth is null beside a bucket that the other period does not have: the future is no fall to zero', () => {
    const days = [28, 29, 30, 31].map((day) => `2026-01-${day}`)
    const groups = days.map((day) => group(2, [], day, '4'))
    expect(
      answered(daily, groups)
        .slice(27)
        .map(({ gain }) => gain),
    ).toEqual(['-1.0000', null, null, null])
  })
})

describe('a running total', () => {
  const balance = report({
    ...base,
    dimensions: { severity },
    time: { grain: 'day' },
    period: lastDays(3),
    measures: { opened: count({ at: firstSeenAt }), resolved: count({ at: resolvedAt }) },
    derive: { active: runningTotal({ add: 'opened', subtract: 'resolved' }), found: runningTotal({ add: 'opened' }) },
  })
  const totals = (definition: ReportDefinition, groups: readonly Group[]) =>
    answered(definition, groups).map(({ severity, time, active, found }) => [severity, time, active, found])

  test('goes on from everything that came before the period, bucket by bucket', () => {
    const groups = [
      group(0, ['high'], '2026-11-20', '5'),
      group(1, ['high'], null, '10'),
      group(2, ['high'], '2026-11-19', '2'),
      group(2, ['high'], '2026-11-21', '1'),
      group(3, ['high'], null, '4'),
    ]
    expect(totals(balance, groups)).toEqual([
      ['high', '2026-11-19', 4, 10],
      ['high', '2026-11-20', 9, 15],
      ['high', '2026-11-21', 8, 15],
    ])
  })

  test('begins at 0 where nothing came before', () => {
    expect(totals(balance, [group(0, ['low'], '2026-11-21', '2')])).toEqual([
      ['low', '2026-11-19', 0, 0],
      ['low', '2026-11-20', 0, 0],
      ['low', '2026-11-21', 2, 2],
    ])
  })

  test('has rows of what only came before', () => {
    expect(totals(balance, [group(1, ['low'], null, '3')])).toEqual([
      ['low', '2026-11-19', 3, 3],
      ['low', '2026-11-20', 3, 3],
      ['low', '2026-11-21', 3, 3],
    ])
  })

  test('is each combination’s own', () => {
    const groups = [group(1, ['low'], null, '3'), group(1, ['high'], null, '30'), group(0, ['low'], '2026-11-19', '1')]
    expect(totals(balance, groups).map(([severity, , active]) => [severity, active])).toEqual([
      ['high', 30],
      ['low', 4],
      ['high', 30],
      ['low', 4],
      ['high', 30],
      ['low', 4],
    ])
  })

  test('is in the type of what it adds: exact text where that is not a count', () => {
    const money = report({
      ...base,
      from: bookings,
      time: { column: bookings.bookedOn, grain: 'month' },
      measures: { revenue: sum(bookings.rate), nights: sum(bookings.nights), deposit: sum(bookings.deposit) },
      derive: {
        total: runningTotal({ add: 'revenue' }),
        net: runningTotal({ add: 'revenue', subtract: 'nights' }),
        nightsTotal: runningTotal({ add: 'nights' }),
        deposits: runningTotal({ add: 'deposit' }),
      },
    })
    const groups = [group(0, [], '2026-09-01', '0.10', '1', null), group(0, [], '2026-11-01', '0.20', '2', '5.00')]
    expect(
      answered(money, groups).map(({ total, net, nightsTotal, deposits }) => [total, net, nightsTotal, deposits]),
    ).toEqual([
      ['0.10', '-0.90', '1', '0.00'],
      ['0.10', '-0.90', '1', '0.00'],
      ['0.30', '-2.70', '3', '5.00'],
    ])
  })

  test('without a grain is the total at the end of the period', () => {
    const definition = report({
      ...base,
      time: { column: firstSeenAt },
      period: { current: month(), previous: month(-1) },
      measures: { opened: count() },
      derive: { found: runningTotal({ add: 'opened' }) },
    })
    const groups = [
      group(0, [], null, '5'),
      group(1, [], null, '100'),
      group(2, [], null, '7'),
      group(3, [], null, '93'),
    ]
    expect(answered(definition, groups)).toEqual([
      { opened: { current: 5, previous: 7 }, found: { current: 105, previous: 100 } },
    ])
  })

  test('at the end of each bucket is what was there before it and all that came until then', () => {
    const flows = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 4, maxLength: 4 })
    const days = ['2026-11-19', '2026-11-20', '2026-11-21']
    fc.assert(
      fc.property(flows, ([before, ...flow]) => {
        const [openedBefore, resolvedBefore] = before as [number, number]
        const groups = [
          group(1, ['low'], null, String(openedBefore)),
          group(3, ['low'], null, String(resolvedBefore)),
          ...flow.flatMap(([opened, resolved], at) => [
            group(0, ['low'], days[at] as string, String(opened)),
            group(2, ['low'], days[at] as string, String(resolved)),
          ]),
        ]
        const expected = days.map((_, at) =>
          [...flow.slice(0, at + 1), [openedBefore, resolvedBefore] as const].reduce((sum, [o, r]) => sum + o - r, 0),
        )
        expect(totals(balance, groups).map(([, , active]) => active)).toEqual(expected)
      }),
    )
  })
})

describe('derived values', () => {
  const definition = report({
    ...base,
    dimensions: { severity },
    measures: { n: count(), of: count({ where: { exploited: true } }), points: sum(cvss), mean: avg(cvss) },
    derive: {
      part: share('n'),
      pointsPart: share('points', { scale: 2 }),
      rate: ratio('of', 'n'),
      perPoint: ratio('points', 'mean', { scale: 1 }),
    },
  })

  test('a share is a part of all groups', () => {
    const rows = answered(definition, [
      group(0, ['critical'], null, '1', '0', '5.0', null, '0'),
      group(0, ['high'], null, '2', '1', null, null, '0'),
      group(0, ['low'], null, '0', '0', '10.0', null, '0'),
    ])
    expect(rows.map(({ part, pointsPart }) => [part, pointsPart])).toEqual([
      ['0.3333', '0.33'],
      ['0.6667', null],
      ['0.0000', '0.67'],
    ])
  })

  test('a share of nothing is null', () => {
    const rows = answered(definition, [group(0, ['low'], null, '0', '0', null, null, '0')])
    expect(rows[0]).toMatchObject({ part: null, pointsPart: null })
  })

  test('a share is of the groups of its own bucket and period, and of those past the limit too', () => {
    const bucketed = report({
      ...base,
      dimensions: { severity },
      time: { column: firstSeenAt, grain: 'day' },
      period: { current: lastDays(1), previous: lastDays(2) },
      measures: { n: count() },
      derive: { part: share('n') },
      limit: 2,
    })
    const groups = [
      group(0, ['critical'], '2026-11-21', '1'),
      group(0, ['high'], '2026-11-21', '3'),
      group(1, ['high'], '2026-11-20', '8'),
      group(1, ['low'], '2026-11-20', '2'),
      group(1, ['low'], '2026-11-21', '5'),
    ]
    expect(answered(bucketed, groups).map(({ part }) => part)).toEqual([
      { current: '0.2500', previous: '0.0000' },
      { current: '0.7500', previous: '0.8000' },
    ])
  })

  test('a ratio is of whole numbers as of decimals', () => {
    const whole = report({
      ...base,
      measures: { latest: max(findings.id), tries: min(findings.attempts), worst: max(cvss) },
      derive: { a: ratio('latest', 'tries', { scale: 0 }), b: ratio('tries', 'worst', { scale: 1 }) },
    })
    expect(answered(whole, [group(0, [], null, '9007199254740993', '3', '0.5')])[0]).toMatchObject({
      a: '3002399751580331',
      b: '6.0',
    })
  })

  test('a ratio is exact until it is rounded, and null over 0 or over null', () => {
    const ratios = (...states: (string | null)[]) => {
      const [row] = answered(definition, [group(0, ['low'], null, ...states)])
      return [row?.rate, row?.perPoint]
    }
    expect(ratios('3', '2', '10.0', '10.0', '4')).toEqual(['0.6667', '4.0'])
    expect(ratios('0', '2', '10.0', null, '0')).toEqual([null, null])
    expect(ratios('3', '0', null, '10.0', '4')).toEqual(['0.0000', null])
  })
})

describe('the rows of an answer', () => {
  const groups = [
    group(0, ['low'], null, '1', '5.0'),
    group(0, ['critical'], null, '3', null),
    group(0, ['high'], null, '3', '9.0'),
    group(0, ['other'], null, '3', '9.5'),
  ]
  const ordered = (more: object) => {
    const measures = { n: count(), worst: max(cvss) }
    return answered(report({ ...base, dimensions: { severity }, measures, ...more }), groups).map(
      ({ severity }) => severity,
    )
  }

  test('are in the report’s order, nulls last, ties by the dimensions', () => {
    expect(ordered({ order: { n: 'desc' } })).toEqual(['critical', 'high', 'other', 'low'])
    expect(ordered({ order: { worst: 'asc' } })).toEqual(['low', 'high', 'other', 'critical'])
    expect(ordered({ order: { worst: 'desc' } })).toEqual(['other', 'high', 'low', 'critical'])
    expect(ordered({})).toEqual(['critical', 'high', 'low', 'other'])
  })

  test('are cut at the report’s limit after they are sorted', () => {
    expect(ordered({ order: { worst: 'desc' }, limit: 2 })).toEqual(['other', 'high'])
    expect(ordered({ limit: 100 })).toHaveLength(4)
  })

  test('do not depend on the order in which an engine gives groups', () => {
    const measures = { n: count(), worst: max(cvss) }
    const definition = report({ ...base, dimensions: { severity }, measures, order: { n: 'asc' } })
    const expected = answered(definition, groups)
    fc.assert(
      fc.property(fc.shuffledSubarray(groups, { minLength: groups.length }), (shuffled) => {
        expect(answered(definition, shuffled)).toEqual(expected)
      }),
    )
  })

  test('are too many past the limit of the process: combinations times buckets', () => {
    const refused = 'TOO_MANY_ROWS: report "x" has more than 5 rows'
    const plain = report({ ...base, dimensions: { asset: findings.asset }, measures: { n: count() } })
    const many = (count: number) => Array.from({ length: count }, (_, at) => group(0, [`a${at}`], null, '1'))
    expect(answered(plain, many(5), { rowLimit: 5 })).toHaveLength(5)
    expect(refusalOf(() => answered(plain, many(6), { rowLimit: 5 }))).toBe(refused)
    const daily = report({
      ...base,
      dimensions: { asset: findings.asset },
      time: { column: firstSeenAt, grain: 'day' },
      period: lastDays(3),
      measures: { n: count() },
    })
    const days = (...assets: string[]) => assets.map((asset) => group(0, [asset], '2026-11-21', '1'))
    expect(answered(daily, days('a'), { rowLimit: 5 })).toHaveLength(3)
    expect(refusalOf(() => answered(daily, days('a', 'b'), { rowLimit: 5 }))).toBe(refused)
  })

  test('F5 refuse a value without an exact figure', () => {
    const definition = report({ ...base, measures: { least: min(findings.weight), points: sum(cvss) } })
    expect(() => answered(definition, [group(0, [], null, 'NaN', '1.0')])).toThrow(RangeError)
    expect(() => answered(definition, [group(0, [], null, '1', 'NaN')])).toThrow(RangeError)
  })
})
