import { describe, expect, test } from 'vitest'
import { refusalOf } from '../../test/report/refusal.ts'
import {
  day,
  given,
  isPeriod,
  lastDays,
  lastMonths,
  lastWeeks,
  month,
  type Period,
  quarter,
  toDate,
  week,
  year,
} from './period.ts'
import { mostDays, reachOf } from './period-reach.ts'

describe('a period', () => {
  test('is data', () => {
    expect([lastDays(60), lastWeeks(4), lastMonths(2)]).toEqual([
      { period: 'last', unit: 'day', count: 60 },
      { period: 'last', unit: 'week', count: 4 },
      { period: 'last', unit: 'month', count: 2 },
    ])
    expect([week(), month()].map((period) => 'offset' in period && period.offset)).toEqual([0, 0])
    expect([day(), week(-1), month(-2), quarter(1), year()]).toEqual([
      { period: 'unit', unit: 'day', offset: 0 },
      { period: 'unit', unit: 'week', offset: -1 },
      { period: 'unit', unit: 'month', offset: -2 },
      { period: 'unit', unit: 'quarter', offset: 1 },
      { period: 'unit', unit: 'year', offset: 0 },
    ])
    expect(given('from', 'to')).toEqual({ period: 'given', from: 'from', to: 'to' })
    expect(toDate(month(-1))).toEqual({ period: 'unit', unit: 'month', offset: -1, toDate: true })
  })

  test('of the last days, and one that is given, have no same span to end at', () => {
    for (const period of [lastDays(3), given('from', 'to') as Period<never>])
      expect(refusalOf(() => toDate(period))).toBe('REPORT_INVALID: toDate takes a day, week, month, quarter or year')
  })

  test('is told from several by name, even where one is called `period`', () => {
    expect(isPeriod(month())).toBe(true)
    expect(isPeriod({ period: month(), previous: month(-1) })).toBe(false)
  })
})

describe('how far a period may look back', () => {
  test.each<[string, Period<never>, number]>([
    ['lastDays(60)', lastDays(60), 60],
    ['lastWeeks(4)', lastWeeks(4), 28],
    ['lastMonths(1)', lastMonths(1), 31],
    ['lastMonths(2)', lastMonths(2), 62],
    ['lastMonths(3)', lastMonths(3), 92],
    ['lastMonths(11)', lastMonths(11), 337],
    ['lastMonths(12)', lastMonths(12), 366],
    ['lastMonths(48)', lastMonths(48), 1461],
    ['lastMonths(60)', lastMonths(60), 1827],
    ['day()', day(), 1],
    ['day(-1)', day(-1), 2],
    ['week(-1)', week(-1), 14],
    ['month(-1)', month(-1), 62],
    ['toDate(month(-1))', toDate(month(-1)), 62],
    ['quarter()', quarter(), 92],
    ['year(-1)', year(-1), 731],
    ['month(1)', month(1), 0],
    ['month(2)', month(2), 0],
  ])('%s: over %i days', (_, period, days) => {
    expect(reachOf(period)).toBe(days)
  })

  test('of a period that the reader gives is not known before', () => {
    expect(reachOf(given('from', 'to'))).toBeUndefined()
  })

  test('is what the calendar has at most', () => {
    const month = (n: number) => Date.UTC(1901, n, 1) / 86_400_000
    for (const count of [1, 2, 5, 7, 13, 25, 47, 49, 100]) {
      const lengths = Array.from({ length: 12 * 90 }, (_, start) => month(start + count) - month(start))
      expect(mostDays('month', count), `${count} months`).toBe(Math.max(...lengths))
    }
  })
})
