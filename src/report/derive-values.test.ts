import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answered, group } from '../../test/report/answered.ts'
import { bookings, findings } from '../../test/report/sources.ts'
import type { Group } from './arm.ts'
import { ratio, runningTotal, share } from './derived.ts'
import { avg, count, max, min, sum } from './measure.ts'
import { lastDays, month } from './period.ts'
import { type ReportDefinition, report } from './report.ts'

const base = { name: 'x', permission: 'p', from: findings } as const
const { firstSeenAt, resolvedAt, severity, cvss } = findings

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
