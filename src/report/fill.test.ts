import { describe, expect, test } from 'vitest'
import { readingAt } from '../../test/report/reading.ts'
import { refusalOf } from '../../test/report/refusal.ts'
import { bookings } from '../../test/report/sources.ts'
import { armsOf } from './arm.ts'
import { timesOf } from './fill.ts'
import { count } from './measure.ts'
import { given, lastDays, lastMonths, month, type Period, toDate, week } from './period.ts'
import { report } from './report.ts'
import type { Grain } from './row.ts'

const timed = (period: Period | Readonly<Record<string, Period>> | undefined, grain?: Grain) =>
  report({
    name: 'x',
    permission: 'p',
    from: bookings,
    time: { column: bookings.arrivesAt, ...(grain === undefined ? {} : { grain }) },
    ...(period === undefined ? {} : { period: period as Period }),
    measures: { n: count() },
  })

/** The buckets of the rows; `seen` are the buckets that an engine gives, per period. */
function times(definition: ReturnType<typeof timed>, seen: string[][] = [], asked = {}, rowLimit = 1000) {
  const reading = readingAt(definition, asked)
  const groups = seen.flatMap((buckets, arm) =>
    buckets.map((bucket) => ({ arm, dimensions: [], bucket, states: ['1'] })),
  )
  return timesOf(reading, armsOf(reading), groups, rowLimit)
}
const single = (...buckets: string[]) => buckets.map((bucket) => [bucket])

describe('gaps are filled', () => {
  test('not at all without a grain', () => {
    expect(times(timed(lastDays(3)))).toEqual([[null]])
    expect(times(timed({ current: month(), previous: month(-1) }))).toEqual([[null, null]])
  })

  test('from the first bucket of the period to the current one, with rows or without', () => {
    expect(times(timed(lastDays(3), 'day'))).toEqual(single('2026-11-19', '2026-11-20', '2026-11-21'))
    expect(times(timed(week(), 'day'))).toEqual(
      single('2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21'),
    )
    expect(times(timed(lastMonths(3), 'month'), [['2026-10-01']])).toEqual(
      single('2026-09-01', '2026-10-01', '2026-11-01'),
    )
  })

  test('beyond the current bucket as far as there are rows', () => {
    const now = '2026-11-17T00:00:00Z'
    expect(times(timed(week(), 'day'), [['2026-11-20', '2026-11-18']], { now })).toEqual(
      single('2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20'),
    )
  })

  test('of a period of the future only as far as there are rows: its emptiness is no fall to zero', () => {
    expect(times(timed(month(1), 'day'))).toEqual([])
    expect(times(timed(month(1), 'day'), [['2026-12-02']])).toEqual(single('2026-12-01', '2026-12-02'))
  })

  test('of a past period to its end', () => {
    const dates = times(timed(month(-1), 'day')).flat()
    expect([dates.length, dates[0], dates.at(-1)]).toEqual([31, '2026-10-01', '2026-10-31'])
    expect(
      times(timed(toDate(month(-1)), 'day'))
        .flat()
        .at(-1),
    ).toBe('2026-10-21')
  })

  test('with a bucket that begins before the period does', () => {
    const asked = { given: { from: '2026-01-01', to: '2026-01-06' } }
    expect(times(timed(given('from', 'to'), 'week'), [], asked)).toEqual(single('2025-12-29', '2026-01-05'))
  })

  test('of all of time from the first row to the last, and not at all without rows', () => {
    expect(times(timed(undefined, 'month'), [['2026-03-01', '2025-12-01']])).toEqual(
      single('2025-12-01', '2026-01-01', '2026-02-01', '2026-03-01'),
    )
    expect(times(timed(undefined, 'month'))).toEqual([])
  })

  test('hour by hour, to the current one', () => {
    const asked = { now: '2026-11-21T02:30:00Z', timeZone: 'Europe/Berlin' }
    const hours = times(timed(lastDays(1), 'hour'), [], asked).map(([bucket]) =>
      new Date(Number(bucket) / 1000).toISOString(),
    )
    expect(hours).toEqual([
      '2026-11-20T23:00:00.000Z',
      '2026-11-21T00:00:00.000Z',
      '2026-11-21T01:00:00.000Z',
      '2026-11-21T02:00:00.000Z',
    ])
  })

  test('hour by hour through the day on which clocks turn', () => {
    const asked = { now: '2026-12-01T00:00:00Z', timeZone: 'Europe/Berlin' }
    const on = (from: string, to: string) =>
      times(timed(given('from', 'to'), 'hour'), [], { ...asked, given: { from, to } }).length
    expect([on('2026-03-29', '2026-03-30'), on('2026-10-25', '2026-10-26')]).toEqual([23, 25])
  })

  test('side by side in a comparison, the first bucket beside the first', () => {
    const rows = times(timed({ current: month(-9), previous: month(-10) }, 'day'))
    expect(rows).toHaveLength(31)
    expect(rows[0]).toEqual(['2026-02-01', '2026-01-01'])
    expect(rows[27]).toEqual(['2026-02-28', '2026-01-28'])
    expect(rows[28]).toEqual([null, '2026-01-29'])
    expect(rows[30]).toEqual([null, '2026-01-31'])
  })

  test('to the current bucket only in the period that it is in', () => {
    const rows = times(timed({ current: month(), previous: month(-1) }, 'day'))
    expect(rows).toHaveLength(31)
    expect(rows[20]).toEqual(['2026-11-21', '2026-10-21'])
    expect(rows[21]).toEqual([null, '2026-10-22'])
  })

  test('of each period by its own rows', () => {
    const rows = times(timed({ current: month(), next: month(1) }, 'day'), [[], ['2026-12-30']])
    expect(rows).toHaveLength(30)
    expect(rows[20]).toEqual(['2026-11-21', '2026-12-21'])
    expect(rows[21]).toEqual([null, '2026-12-22'])
  })

  test('not past the limit of rows', () => {
    expect(times(timed(lastDays(3), 'day'), [], {}, 3)).toHaveLength(3)
    const tooMany = 'TOO_MANY_ROWS: report "x" has more than 2 rows'
    expect(refusalOf(() => times(timed(lastDays(3), 'day'), [], {}, 2))).toBe(tooMany)
    const asked = { given: { from: '0001-01-01', to: '9999-12-31' } }
    expect(refusalOf(() => times(timed(given('from', 'to'), 'hour'), [], asked, 2))).toBe(tooMany)
  })
})
