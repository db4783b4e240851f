import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answered, group } from '../../test/report/answered.ts'
import { refusalOf } from '../../test/report/refusal.ts'
import { groups as assetGroups, findings } from '../../test/report/sources.ts'
import { growth, share } from './derived.ts'
import { elapsed } from './expression.ts'
import { lookup } from './lookup.ts'
import { avg, count, max, min, sum } from './measure.ts'
import { lastDays } from './period.ts'
import { report } from './report.ts'
import { shapeOf } from './shape.ts'

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
