import { describe, expect, test } from 'vitest'
import { refusalWith } from '../../test/report/definition.ts'
import { findings } from '../../test/report/sources.ts'
import { day, given, lastDays, lastMonths, lastWeeks, month, quarter, toDate, week, year } from './period.ts'

const refusal = (period: unknown, more: object = {}) =>
  refusalWith({ time: { column: findings.firstSeenAt }, period, ...more })
const name = 'a name is a letter, then letters, digits and underscores, at most 63 characters'
const expected = 'expected a period, such as lastDays(30), month(-1) or given("from", "to")'

describe('a period that means nothing is refused', () => {
  test.each<[string, unknown, string]>([
    ['no days', lastDays(0), 'period: expected a whole number of units, at least 1'],
    ['fewer than no months', lastMonths(-1), 'period: expected a whole number of units, at least 1'],
    ['half a week', lastWeeks(0.5), 'period: expected a whole number of units, at least 1'],
    ['as many days as text says', lastDays('60' as never), 'period: expected a whole number of units, at least 1'],
    ['a thousand years and more', lastDays(366_001), 'period: looks back over more than a thousand years'],
    ['many months', lastMonths(99_999), 'period: looks back over more than a thousand years'],
    ['half a month ago', month(-0.5), 'period: expected a whole number of units from the current one'],
    ['no number of days ago', day(Number.NaN), 'period: expected a whole number of units from the current one'],
    ['long ago', year(-1003), 'period: is more than a thousand years away'],
    ['far ahead', year(1003), 'period: is more than a thousand years away'],
    ['another unit', { period: 'last', unit: 'hour', count: 1 }, `period: ${expected}`],
    ['an inherited unit', { period: 'unit', unit: 'toString', offset: 0 }, `period: ${expected}`],
    ['another form', { period: 'next', unit: 'day', count: 1 }, `period: ${expected}`],
    ['text', 'month', 'period: expected a period, or at least two by name'],
    ['null', null, 'period: expected a period, or at least two by name'],
    ['none by name', {}, 'period: expected a period, or at least two by name'],
    ['one by name', { current: month() }, 'period: expected a period, or at least two by name'],
    [
      'several, one of them bad',
      { a: month(), b: lastDays(0) },
      'period.b: expected a whole number of units, at least 1',
    ],
    ['several, one of them none', { a: month(), b: undefined }, `period.b: ${expected}`],
    ['several, one of them text', { a: month(), b: 'month' }, `period.b: ${expected}`],
    ['several within one', { a: month(), b: { c: month(), d: month(-1) } }, `period.b: ${expected}`],
    ['a bad name', { current: month(), 'last month': month(-1) }, `period.last month: ${name}`],
    ['a name that is a number', { 2025: year(-1), 2026: year() }, `period.2025: ${name}`],
    [
      'one day for both ends',
      given('day', 'day'),
      'period: "day" cannot be both the first day and the day after the last',
    ],
    ['a bad name of a parameter', given('from day', 'to'), `period: parameter "from day": ${name}`],
    ['a bad name of the other', given('from', '2'), `period: parameter "2": ${name}`],
  ])('%s', (_, period, message) => {
    expect(refusal(period)).toBe(message)
  })

  test('a parameter that is also a filter', () => {
    expect(refusal(given('asset', 'to'), { filters: ['asset'] })).toBe(
      'period: "asset" is also a filter: name the parameter otherwise',
    )
    const comparison = { a: month(), b: given('from', 'asset') }
    expect(refusal(comparison, { filters: ['asset'] })).toBe(
      'period.b: "asset" is also a filter: name the parameter otherwise',
    )
  })

  test('but not one that means something', () => {
    const periods = [
      lastDays(1),
      lastDays(366_000),
      day(-60),
      week(),
      quarter(-8),
      year(5),
      toDate(month(-1)),
      given('from', 'to'),
      { current: month(), previous: toDate(month(-1)) },
      { before: given('start', 'turn'), after: given('turn', 'end'), current: month() },
      { period: month(), other: month(-1) },
    ]
    for (const period of periods) expect(refusal(period)).toBeUndefined()
  })
})

describe('a period past what is retained is refused', () => {
  test.each<[unknown, string, string]>([
    [lastDays(61), '60d', 'period: may look back over 61 days, and `retain` is "60d"'],
    [lastMonths(2), '61d', 'period: may look back over 62 days, and `retain` is "61d"'],
    [lastMonths(12), '365d', 'period: may look back over 366 days, and `retain` is "365d"'],
    [month(-1), '60d', 'period: may look back over 62 days, and `retain` is "60d"'],
    [
      { current: month(), previous: month(-12) },
      '365d',
      'period.previous: may look back over 397 days, and `retain` is "365d"',
    ],
    [lastDays(1), '23h', 'period: may look back over 1 days, and `retain` is "23h"'],
    [lastDays(1), 'forever', 'retain: expected a duration such as "60s", "5m", "2h" or "400d"'],
    [undefined, '60d', 'retain: without a period the report looks back over all of time'],
  ])('%o with %s', (period, retain, message) => {
    const time = { column: findings.firstSeenAt, grain: 'day' }
    expect(refusal(period, { retain, time })).toBe(message)
  })

  test('but not one within it, nor one that the reader gives', () => {
    for (const period of [lastDays(60), lastMonths(1), month(1), given('from', 'to')])
      expect(refusal(period, { retain: '60d' })).toBeUndefined()
    expect(refusal(lastDays(1), { retain: '24h' })).toBeUndefined()
  })
})
