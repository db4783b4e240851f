import { describe, expect, test } from 'vitest'
import { refusalWith } from '../../test/report/definition.ts'
import { bookings, findings } from '../../test/report/sources.ts'
import { growth, ratio, runningTotal, share } from './derived.ts'
import { avg, count, countDistinct, max, min, percentile, sum } from './measure.ts'
import { lastDays, month } from './period.ts'

const { cvss, weight, firstSeenAt, asset } = findings
const measures = {
  n: count(),
  points: sum(cvss),
  mean: avg(cvss),
  worst: max(cvss),
  median: percentile(0.5, cvss),
  assets: countDistinct(asset),
  oldest: min(firstSeenAt),
  name: max(asset),
  float: max(weight),
  latest: max(findings.id),
  tries: min(findings.attempts),
}
const timed = { measures, time: { column: firstSeenAt }, period: { current: month(), previous: month(-1) } }
const refusal = (d: unknown, more: object = timed) => refusalWith({ ...more, derive: { d } })

describe('a derived value of what is not there, or of another sort, is refused', () => {
  test.each<[string, unknown, string]>([
    ['a ratio of nothing', ratio('m', 'n'), ': the report has no measure "m"'],
    ['a ratio over nothing', ratio('n', 'm'), ': the report has no measure "m"'],
    ['a ratio of what every object has', ratio('toString', 'n'), ': the report has no measure "toString"'],
    ['a ratio of instants', ratio('oldest', 'n'), ': "oldest" is not an exact number'],
    ['a ratio over text', ratio('n', 'name'), ': "name" is not an exact number'],
    ['a ratio of a float', ratio('float', 'n'), ': "float" is not an exact number'],
    ['the growth of nothing', growth('m'), ': the report has no measure "m"'],
    ['the growth of text', growth('name'), ': "name" is not an exact number'],
    ['growth from an unknown period', growth('n', { from: 'then' }), ': the report has no period called "then"'],
    ['growth to an unknown period', growth('n', { to: 'then' }), ': the report has no period called "then"'],
    ['growth from a period to itself', growth('n', { from: 'current' }), ': nothing grows from "current" to itself'],
    ['a share of nothing', share('m'), ': the report has no measure "m"'],
    ['a share of a mean', share('mean'), ': "mean" is not a count or a sum'],
    ['a share of a greatest', share('worst'), ': "worst" is not a count or a sum'],
    ['a share of different values', share('assets'), ': "assets" is not a count or a sum'],
    ['a running total of nothing', runningTotal({ add: 'm' }), ': the report has no measure "m"'],
    ['a running total of a mean', runningTotal({ add: 'mean' }), ': "mean" is not a count or a sum'],
    ['a running total less nothing', runningTotal({ add: 'n', subtract: 'm' }), ': the report has no measure "m"'],
    [
      'a running total less a median',
      runningTotal({ add: 'n', subtract: 'median' }),
      ': "median" is not a count or a sum',
    ],
    ['digits past what there may be', ratio('n', 'n', { scale: 39 }), '.scale: expected a whole number from 0 to 38'],
    ['half a digit', share('n', { scale: 0.5 }), '.scale: expected a whole number from 0 to 38'],
    ['no number of digits', growth('n', { scale: '2' as never }), '.scale: expected a whole number from 0 to 38'],
    ['a bad currency', ratio('n', 'n', { currency: 'eur' }), '.currency: expected a code of ISO 4217, such as "EUR"'],
    ['another form', { derive: 'difference', of: 'n' }, ': expected ratio, growth, share or runningTotal'],
    ['a measure', count(), ': expected ratio, growth, share or runningTotal'],
    ['nothing', undefined, ': expected ratio, growth, share or runningTotal'],
  ])('%s', (_, derived, message) => {
    expect(refusal(derived)).toBe(`derive.d${message}`)
  })

  test('growth without periods to compare', () => {
    const unknown = 'derive.d: the report has no period called "previous"'
    expect(refusal(growth('n'), { measures })).toBe(unknown)
    expect(refusal(growth('n'), { ...timed, period: lastDays(7) })).toBe(unknown)
  })

  test('a running total without time', () => {
    expect(refusal(runningTotal({ add: 'n' }), { measures })).toBe(
      'derive.d: a running total needs a period or a grain',
    )
  })

  test('a running total of different currencies', () => {
    const money = {
      net: sum(bookings.rate),
      deposit: sum(bookings.deposit),
      fee: sum(bookings.nights, { currency: 'USD' }),
    }
    const total = (subtract: string) =>
      refusalWith({
        from: bookings,
        time: { column: bookings.bookedOn },
        period: month(),
        measures: money,
        derive: { d: runningTotal({ add: 'net', subtract }) },
      })
    expect(total('deposit')).toBe('derive.d: EUR and USD do not add up')
    expect(total('fee')).toBe('derive.d: EUR and USD do not add up')
    expect(total('net')).toBeUndefined()
  })

  test('but not one of what is there', () => {
    const derived = [
      ratio('mean', 'worst'),
      ratio('latest', 'tries'),
      ratio('median', 'assets', { scale: 0 }),
      growth('mean', { scale: 38 }),
      growth('n', { from: 'current', to: 'previous' }),
      share('points'),
      runningTotal({ add: 'points', subtract: 'n' }),
    ]
    for (const each of derived) expect(refusal(each), each.derive).toBeUndefined()
    const grain = { measures, time: { column: firstSeenAt, grain: 'day' } }
    expect(refusal(runningTotal({ add: 'n' }), grain)).toBeUndefined()
    expect(refusal(runningTotal({ add: 'n' }), { ...timed, period: lastDays(7) })).toBeUndefined()
  })
})
