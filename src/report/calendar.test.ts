import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { bucketsOf } from '../../test/report/buckets.ts'
import {
  bucketAt,
  compareBuckets,
  daysOf,
  microseconds,
  returnToDayBefore,
  shift,
  startOf,
  startOfDay,
  today,
} from './calendar.ts'
import { day, lastDays, lastMonths, lastWeeks, month, quarter, toDate, week, year } from './period.ts'

const on = Temporal.PlainDate.from
const instant = Temporal.Instant.from
const days = (period: Parameters<typeof daysOf>[0] | object, date: string): string => {
  const { from, to } = daysOf(period as Parameters<typeof daysOf>[0], on(date))
  return `${from} to ${to}`
}

describe('a day', () => {
  test('is the zone’s own', () => {
    const now = instant('2026-11-21T23:30:00Z')
    expect(today(now, 'UTC').toString()).toBe('2026-11-21')
    expect(today(now, 'Europe/Berlin').toString()).toBe('2026-11-22')
    expect(today(now, 'America/Los_Angeles').toString()).toBe('2026-11-21')
    expect(today(instant('2026-11-21T09:59:59Z'), 'Pacific/Kiritimati').toString()).toBe('2026-11-21')
    expect(today(instant('2026-11-21T10:00:00Z'), 'Pacific/Kiritimati').toString()).toBe('2026-11-22')
  })

  test.each([
    ['America/St_Johns', '2010-11-05T00:00Z'],
    ['America/Havana', '2026-10-30T00:00Z'],
    ['Pacific/Apia', '2011-12-28T00:00Z'],
    ['Europe/Berlin', '2026-03-27T00:00Z'],
  ])('is the zone’s own in whatever order it is asked for: %s', (timeZone, from) => {
    const start = instant(from).epochMilliseconds
    const asked = fc.array(fc.integer({ min: 0, max: 4 * 24 * 60 }), { minLength: 20, maxLength: 200 })
    fc.assert(
      fc.property(asked, (minutes) => {
        for (const minute of minutes) {
          const now = Temporal.Instant.fromEpochMilliseconds(start + minute * 60_000)
          expect(today(now, timeZone).toString()).toBe(now.toZonedDateTimeISO(timeZone).toPlainDate().toString())
        }
      }),
      { numRuns: 20 },
    )
  })

  test.each([
    ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00Z'],
    ['2026-03-09', 'America/New_York', '2026-03-09T04:00:00Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00Z'],
    ['2026-04-05', 'Australia/Lord_Howe', '2026-04-04T13:00:00Z'],
    ['2026-04-06', 'Australia/Lord_Howe', '2026-04-05T13:30:00Z'],
    ['1969-12-31', 'Asia/Kolkata', '1969-12-30T18:30:00Z'],
  ])('%s in %s begins at %s', (date, timeZone, begins) => {
    expect(startOfDay(date, timeZone).toString()).toBe(begins)
  })

  test('whose midnight does not exist begins when the gap ends', () => {
    expect(startOfDay('2018-11-04', 'America/Sao_Paulo').toString()).toBe('2018-11-04T03:00:00Z')
    expect(startOfDay('2018-11-05', 'America/Sao_Paulo').toString()).toBe('2018-11-05T02:00:00Z')
  })

  test('that does not exist at all is empty', () => {
    expect(startOfDay('2011-12-30', 'Pacific/Apia').toString()).toBe('2011-12-30T10:00:00Z')
    expect(startOfDay('2011-12-31', 'Pacific/Apia').toString()).toBe('2011-12-30T10:00:00Z')
    expect(bucketsOf('2011-12-30', '2011-12-31', 'hour', 'Pacific/Apia')).toEqual([])
  })
})

describe('a day after whose beginning it is the day before once more', () => {
  const timeZone = 'America/St_Johns'

  test('says from when until when', () => {
    const back = returnToDayBefore('2010-11-07', timeZone)
    expect([back?.from.toString(), back?.to.toString()]).toEqual(['2010-11-07T02:31:00Z', '2010-11-07T03:30:00Z'])
  })

  test.each([
    ['2010-11-06', 'America/St_Johns'],
    ['2010-11-08', 'America/St_Johns'],
    ['2010-03-14', 'America/St_Johns'],
    ['2026-10-25', 'Europe/Berlin'],
    ['2026-11-01', 'America/Havana'],
    ['2018-02-18', 'America/Sao_Paulo'],
    ['2018-11-04', 'America/Sao_Paulo'],
    ['2011-12-30', 'Pacific/Apia'],
    ['2026-11-21', 'UTC'],
  ])('is not %s in %s', (date, zone) => {
    expect(returnToDayBefore(date, zone)).toBeUndefined()
  })

  test('F4 leaves the day before that time, and keeps the hours of both', () => {
    for (const date of ['2010-11-06', '2010-11-07']) {
      const met = new Set<string>()
      for (let at = Date.parse('2010-11-05T00:00Z'); at < Date.parse('2010-11-09T00:00Z'); at += 60_000) {
        const now = Temporal.Instant.fromEpochMilliseconds(at)
        if (today(now, timeZone).toString() === date) met.add(bucketAt(now, 'hour', timeZone))
      }
      const next = on(date).add({ days: 1 }).toString()
      expect([...met].sort((a, b) => compareBuckets(a, b, 'hour'))).toEqual(bucketsOf(date, next, 'hour', timeZone))
    }
  })
})

describe('a unit', () => {
  test.each([
    ['day', '2026-11-21', '2026-11-21'],
    ['week', '2026-11-21', '2026-11-16'],
    ['week', '2026-11-16', '2026-11-16'],
    ['week', '2026-11-22', '2026-11-16'],
    ['week', '2026-01-01', '2025-12-29'],
    ['week', '2021-01-03', '2020-12-28'],
    ['month', '2026-02-28', '2026-02-01'],
    ['quarter', '2026-03-31', '2026-01-01'],
    ['quarter', '2026-04-01', '2026-04-01'],
    ['quarter', '2026-12-31', '2026-10-01'],
    ['year', '2024-02-29', '2024-01-01'],
  ] as const)('the %s that %s is in begins on %s', (unit, date, begins) => {
    expect(startOf(on(date), unit).toString()).toBe(begins)
  })

  test('weeks begin on Monday, wherever in the year', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50_000, max: 50_000 }), (offset) => {
        const date = on('2000-01-01').add({ days: offset })
        const monday = startOf(date, 'week')
        expect(monday.dayOfWeek).toBe(1)
        const ahead = monday.until(date).days
        expect(ahead >= 0 && ahead < 7).toBe(true)
      }),
    )
  })

  test('shifting keeps the day of the month, or takes the last of a shorter one', () => {
    expect(shift(on('2026-03-31'), 'month', -1).toString()).toBe('2026-02-28')
    expect(shift(on('2024-03-31'), 'month', -1).toString()).toBe('2024-02-29')
    expect(shift(on('2024-02-29'), 'year', -1).toString()).toBe('2023-02-28')
    expect(shift(on('2026-05-31'), 'quarter', -1).toString()).toBe('2026-02-28')
    expect(shift(on('2026-01-01'), 'week', -1).toString()).toBe('2025-12-25')
    expect(shift(on('2026-01-01'), 'day', -1).toString()).toBe('2025-12-31')
  })
})

describe('a period', () => {
  test.each([
    ['lastDays(1)', '2026-11-21', '2026-11-21 to 2026-11-22', lastDays(1)],
    ['lastDays(60)', '2026-11-21', '2026-09-23 to 2026-11-22', lastDays(60)],
    ['lastWeeks(1)', '2026-11-21', '2026-11-16 to 2026-11-23', lastWeeks(1)],
    ['lastWeeks(2)', '2026-01-01', '2025-12-22 to 2026-01-05', lastWeeks(2)],
    ['lastMonths(2)', '2026-11-21', '2026-10-01 to 2026-12-01', lastMonths(2)],
    ['lastMonths(2)', '2026-01-31', '2025-12-01 to 2026-02-01', lastMonths(2)],
    ['lastMonths(14)', '2026-01-31', '2024-12-01 to 2026-02-01', lastMonths(14)],
    ['day()', '2026-11-21', '2026-11-21 to 2026-11-22', day()],
    ['day(-1)', '2026-01-01', '2025-12-31 to 2026-01-01', day(-1)],
    ['week(-1)', '2026-11-21', '2026-11-09 to 2026-11-16', week(-1)],
    ['month()', '2026-12-31', '2026-12-01 to 2027-01-01', month()],
    ['month(-1)', '2026-03-31', '2026-02-01 to 2026-03-01', month(-1)],
    ['month(-12)', '2024-02-29', '2023-02-01 to 2023-03-01', month(-12)],
    ['month(1)', '2026-12-31', '2027-01-01 to 2027-02-01', month(1)],
    ['quarter()', '2026-11-21', '2026-10-01 to 2027-01-01', quarter()],
    ['quarter(-4)', '2026-02-28', '2025-01-01 to 2025-04-01', quarter(-4)],
    ['year(-1)', '2024-02-29', '2023-01-01 to 2024-01-01', year(-1)],
  ])('%s on %s is %s', (_, date, expected, period) => {
    expect(days(period, date)).toBe(expected)
  })

  test.each([
    ['month()', '2026-11-21', '2026-11-01 to 2026-11-22', toDate(month())],
    ['month(-1)', '2026-11-21', '2026-10-01 to 2026-10-22', toDate(month(-1))],
    ['month(-1)', '2026-03-31', '2026-02-01 to 2026-03-01', toDate(month(-1))],
    ['month(-1)', '2026-03-30', '2026-02-01 to 2026-03-01', toDate(month(-1))],
    ['month(-1)', '2026-03-28', '2026-02-01 to 2026-03-01', toDate(month(-1))],
    ['month(-1)', '2026-03-27', '2026-02-01 to 2026-02-28', toDate(month(-1))],
    ['month(-1)', '2026-02-28', '2026-01-01 to 2026-01-29', toDate(month(-1))],
    ['month(-1)', '2024-02-29', '2024-01-01 to 2024-01-30', toDate(month(-1))],
    ['month(-1)', '2026-01-15', '2025-12-01 to 2025-12-16', toDate(month(-1))],
    ['year(-1)', '2024-02-29', '2023-01-01 to 2023-03-01', toDate(year(-1))],
    ['year(-1)', '2024-12-31', '2023-01-01 to 2024-01-01', toDate(year(-1))],
    ['quarter(-1)', '2026-05-31', '2026-01-01 to 2026-03-01', toDate(quarter(-1))],
    ['week(-1)', '2026-11-18', '2026-11-09 to 2026-11-12', toDate(week(-1))],
    ['week(-1)', '2026-11-22', '2026-11-09 to 2026-11-16', toDate(week(-1))],
    ['day(-1)', '2026-11-21', '2026-11-20 to 2026-11-21', toDate(day(-1))],
  ])('%s to date on %s is %s', (_, date, expected, period) => {
    expect(days(period, date)).toBe(expected)
  })
})

test('F5 instants travel as whole microseconds, before 1970 too', () => {
  expect(microseconds(instant('2026-11-21T12:30:00.123456Z'))).toBe('1795264200123456')
  expect(microseconds(instant('1969-12-31T23:59:59.5Z'))).toBe('-500000')
})
