import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readingAt } from '../../test/report/reading.ts'
import { findings } from '../../test/report/sources.ts'
import { countersOf, folded, inRange, planFor, type RowTexts, storedCounters } from '../../test/rollup/folded.ts'
import type { MillraceError } from '../errors.ts'
import { answer } from '../report/answer.ts'
import { runningTotal } from '../report/derived.ts'
import { avg, count, countDistinct, max, min, percentile, sum } from '../report/measure.ts'
import { lastDays, lastMonths } from '../report/period.ts'
import { type ReportDefinition, report } from '../report/report.ts'
import { planOf } from './plan.ts'
import { groupsOf, rangesOf } from './read.ts'

type Asked = Parameters<typeof readingAt>[1]

const reportOf = (members: object) =>
  report({ name: 'x', permission: 'p', from: findings, ...members } as never) as ReportDefinition
const day = (text: string) => `${Date.parse(text) * 1000}`

/** The rows of the answer that a report's counters give, of all of which only the ranges of the reading are given. */
function answered(definition: ReportDefinition, rows: readonly RowTexts[], asked: Asked = {}) {
  const { timeZone = 'UTC' } = asked
  const counters = countersOf(planFor(definition, timeZone), rows)
  const reading = readingAt(definition, asked)
  const plan = planOf(definition, timeZone)
  const groups = groupsOf(
    plan,
    reading,
    rangesOf(plan, reading).map((range) => inRange(counters, range)),
  )
  return answer(reading, groups, {}, 1000)
}

const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'none'
  } catch (error) {
    return (error as MillraceError).code
  }
}

describe('an answer from counters', () => {
  const bySeverity = reportOf({
    dimensions: { severity: findings.severity, group: findings.assetGroup },
    measures: { n: count(), worst: max(findings.cvss), mean: avg(findings.cvss), sum: sum(findings.cvss) },
    filters: ['severity', 'group', 'exploited'],
    restrict: { severity: 'severities' },
  })
  const rows = [
    { severity: 'high', asset_group: 'eu', cvss: '7.5', exploited: 'true' },
    { severity: 'high', asset_group: 'eu', cvss: null, exploited: 'false' },
    { severity: 'low', asset_group: 'eu', cvss: '1.0', exploited: 'true' },
    { severity: 'gone', asset_group: null, cvss: '2.0', exploited: 'true' },
  ]
  const attributes = { severities: ['high', 'low', 'other'] }

  test('F1 unpacks the groups of a vector, `other` among them', () => {
    expect(answered(bySeverity, rows, { attributes })).toEqual([
      { severity: 'high', group: 'eu', n: 2, worst: '7.5', mean: '7.50000', sum: '7.5' },
      { severity: 'low', group: 'eu', n: 1, worst: '1.0', mean: '1.00000', sum: '1.0' },
      { severity: 'other', group: null, n: 1, worst: '2.0', mean: '2.00000', sum: '2.0' },
    ])
  })

  test('F1 T7 filters and restrictions choose among packed values, and among those that only they look at', () => {
    const severities = (asked: Asked) => answered(bySeverity, rows, asked).map(({ severity, n }) => [severity, n])
    expect(severities({ attributes: { severities: ['low'] } })).toEqual([['low', 1]])
    expect(severities({})).toEqual([])
    expect(severities({ attributes, given: { severity: ['high', 'other'] } })).toEqual([
      ['high', 2],
      ['other', 1],
    ])
    expect(severities({ attributes, given: { group: null } })).toEqual([['other', 1]])
    expect(severities({ attributes, given: { exploited: true } })).toEqual([
      ['high', 1],
      ['low', 1],
      ['other', 1],
    ])
  })

  test('F2 a group that has come and gone is not there; one of several in a vector neither', () => {
    const plan = planFor(bySeverity)
    const changes = [...rows.map((row) => [row, 1] as const), [rows[2] as RowTexts, -1] as const]
    const reading = readingAt(bySeverity, { attributes })
    const counters = storedCounters(folded(plan, changes))
    const groups = groupsOf(
      plan,
      reading,
      rangesOf(plan, reading).map((range) => inRange(counters, range)),
    )
    expect(groups.map(({ dimensions }) => dimensions[0])).toEqual(['other', 'high'])
  })

  test('without dimensions there is one row, whatever rows there are', () => {
    const measures = { n: count(), worst: max(findings.cvss), sum: sum(findings.cvss) }
    const all = reportOf({ where: { exploited: true }, measures, filters: ['assetGroup'] })
    expect(answered(all, [])).toEqual([{ n: 0, worst: null, sum: null }])
    expect(answered(all, rows, { given: { assetGroup: 'eu' } })).toEqual([{ n: 2, worst: '7.5', sum: '8.5' }])
    expect(answered(all, rows, { given: { assetGroup: 'nowhere' } })).toEqual([{ n: 0, worst: null, sum: null }])
  })

  test('F1 the least, the greatest, the different, and the percentile of counted values', () => {
    const picks = reportOf({
      measures: {
        least: min(findings.attempts),
        most: max(findings.attempts),
        different: countDistinct(findings.attempts),
        half: percentile(0.5, findings.attempts),
        first: min(findings.firstSeenAt),
        lightest: min(findings.weight),
      },
    })
    const attempts = ['-10', '9', '-9', '10', '9', '100', '12345']
    const of = attempts.map((each, i) => ({ attempts: each, first_seen_at: `${i - 3}`, weight: `${-i - 0.5}` }))
    expect(answered(picks, of)).toEqual([
      { least: -10, most: 12345, different: 6, half: 9, first: '1969-12-31T23:59:59.999997Z', lightest: -6.5 },
    ])
  })

  test('F1 a value without an exact figure refuses the groups that show it, and no other', () => {
    const poisoned = [...rows, { severity: 'critical', asset_group: 'eu', cvss: 'NaN', exploited: 'true' }]
    expect(codeOf(() => answered(bySeverity, poisoned, { attributes: { severities: ['critical'] } }))).toBe(
      'VALUE_REFUSED',
    )
    expect(answered(bySeverity, poisoned, { attributes })).toHaveLength(3)
  })

  const trend = reportOf({
    dimensions: { severity: findings.severity },
    time: { column: findings.firstSeenAt, grain: 'month' },
    period: lastMonths(2),
    measures: { opened: count(), closed: count({ at: findings.resolvedAt }) },
    derive: { open: runningTotal({ add: 'opened', subtract: 'closed' }) },
  })
  const flow = (first: string, resolved: string | null, severity = 'high') => ({
    severity,
    first_seen_at: day(first),
    resolved_at: resolved === null ? null : day(resolved),
  })

  test('F1 a running total begins with all that came before, computed backwards', () => {
    const flows = [
      flow('2019-01-01', null),
      flow('2026-09-30', '2026-10-01'),
      flow('2026-10-31', '2026-11-02'),
      flow('2026-11-01', null),
      flow('2026-12-24', null),
      flow('2020-01-01', '2021-01-01', 'low'),
      // Neither in the periods nor before them: no group of the answer.
      flow('2026-12-24', null, 'critical'),
    ]
    const unchanged = { severity: 'low', opened: 0, closed: 0, open: 0 }
    expect(answered(trend, flows)).toEqual([
      { severity: 'high', time: '2026-10-01', opened: 1, closed: 1, open: 2 },
      { ...unchanged, time: '2026-10-01' },
      { severity: 'high', time: '2026-11-01', opened: 1, closed: 1, open: 2 },
      { ...unchanged, time: '2026-11-01' },
    ])
  })

  test('F1 an opening balance is refused for values that came before, and not for those that come after', () => {
    const balance = reportOf({
      time: { column: findings.firstSeenAt, grain: 'month' },
      period: lastMonths(1),
      measures: { risk: sum(findings.cvss) },
      derive: { all: runningTotal({ add: 'risk' }) },
    })
    const inexact = (at: string) => [{ first_seen_at: day(at), cvss: 'NaN' }]
    expect(codeOf(() => answered(balance, inexact('2026-10-31')))).toBe('VALUE_REFUSED')
    expect(codeOf(() => answered(balance, inexact('2026-11-30')))).toBe('VALUE_REFUSED')
    expect(codeOf(() => answered(balance, inexact('2026-12-01')))).toBe('none')
  })

  test('F4 a row is of the day that its tenant’s clocks showed', () => {
    const perDay = reportOf({
      time: { column: findings.firstSeenAt, grain: 'day' },
      period: lastDays(2),
      measures: { n: count() },
    })
    const late = [{ first_seen_at: day('2026-11-20T23:30:00Z') }]
    const counts = (timeZone: string) => answered(perDay, late, { timeZone }).map(({ time, n }) => `${time} ${n}`)
    expect(counts('UTC')).toEqual(['2026-11-20 1', '2026-11-21 0'])
    expect(counts('Europe/Berlin')).toEqual(['2026-11-20 0', '2026-11-21 1'])
  })

  test('F1 an hour that clocks show twice is two; a time past every year is refused where it has a bucket', () => {
    const hourly = reportOf({ time: { column: findings.firstSeenAt, grain: 'hour' }, measures: { n: count() } })
    const twice = ['2026-10-25T00:10:00Z', '2026-10-25T01:10:00Z'].map((at) => ({ first_seen_at: day(at) }))
    expect(
      answered(hourly, twice, { timeZone: 'Europe/Berlin', now: '2026-10-25T01:30:00Z' }).map(({ time, n }) => [
        time,
        n,
      ]),
    ).toEqual([
      ['2026-10-25T00:00:00Z', 1],
      ['2026-10-25T01:00:00Z', 1],
    ])
    expect(codeOf(() => answered(hourly, [{ first_seen_at: 'infinity' }]))).toBe('VALUE_REFUSED')
  })

  test('F1 keys do not run into each other, whatever characters values have', () => {
    const text = fc.string({ unit: fc.constantFrom('\u0001', '\u0002', '\u0011', 'n', 'v', '|'), maxLength: 3 })
    const both = reportOf({
      dimensions: { a: findings.asset, b: findings.assetGroup },
      measures: { n: count(), m: max(findings.attempts) },
    })
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.option(text)), { maxLength: 12 }), (pairs) => {
        const got = answered(
          both,
          pairs.map(([asset, asset_group]) => ({ asset, asset_group, attempts: '1' })),
        )
        const expected = new Map<string, number>()
        for (const pair of pairs) expected.set(JSON.stringify(pair), (expected.get(JSON.stringify(pair)) ?? 0) + 1)
        expect(Object.fromEntries(got.map(({ a, b, n }) => [JSON.stringify([a, b]), n]))).toEqual(
          Object.fromEntries(expected),
        )
      }),
    )
  })
})
