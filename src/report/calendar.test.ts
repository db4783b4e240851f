import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import {
  bucketAt,
  bucketBounds,
  bucketsFrom,
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
import type { Grain } from './row.ts'

const on = Temporal.PlainDate.from
const instant = Temporal.Instant.from
const days = (period: Parameters<typeof daysOf>[0] | object, date: string): string => {
  const { from, to } = daysOf(period as Parameters<typeof daysOf>[0], on(date))
  return `${from} to ${to}`
}
const iso = (bucket: string): string => new Temporal.Instant(BigInt(bucket) * 1000n).toString()
const bucketsOf = (from: string, to: string, grain: Grain, timeZone: string): string[] => {
  const { first, end } = bucketBounds({ from, to }, grain, timeZone)
  const buckets: string[] = []
  for (const bucket of bucketsFrom(first, grain, timeZone)) {
    if (compareBuckets(bucket, end, grain) >= 0) return buckets
    buckets.push(bucket)
  }
  return buckets
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

describe('buckets of days and more', () => {
  test('of months', () => {
    expect(bucketsOf('2025-11-15', '2026-02-01', 'month', 'UTC')).toEqual(['2025-11-01', '2025-12-01', '2026-01-01'])
  })

  test('of weeks: the first begins before the range does', () => {
    expect(bucketsOf('2026-01-01', '2026-01-13', 'week', 'UTC')).toEqual(['2025-12-29', '2026-01-05', '2026-01-12'])
  })

  test('of quarters and years', () => {
    expect(bucketsOf('2025-12-31', '2026-04-02', 'quarter', 'UTC')).toEqual(['2025-10-01', '2026-01-01', '2026-04-01'])
    expect(bucketsOf('2024-02-29', '2026-01-02', 'year', 'UTC')).toEqual(['2024-01-01', '2025-01-01', '2026-01-01'])
  })

  test('of days over the end of February', () => {
    expect(bucketsOf('2024-02-28', '2024-03-02', 'day', 'UTC')).toEqual(['2024-02-28', '2024-02-29', '2024-03-01'])
    expect(bucketsOf('2026-02-28', '2026-03-02', 'day', 'UTC')).toEqual(['2026-02-28', '2026-03-01'])
  })

  test('the one that an instant is in is the zone’s', () => {
    const now = instant('2026-12-31T23:30:00Z')
    expect(bucketAt(now, 'day', 'Europe/Berlin')).toBe('2027-01-01')
    expect(bucketAt(now, 'year', 'Europe/Berlin')).toBe('2027-01-01')
    expect(bucketAt(now, 'quarter', 'UTC')).toBe('2026-10-01')
    expect(bucketAt(now, 'week', 'UTC')).toBe('2026-12-28')
  })

  test('they are ordered as time is', () => {
    expect(compareBuckets('2026-01-31', '2026-02-01', 'day')).toBeLessThan(0)
    expect(compareBuckets('2026-02-01', '2026-02-01', 'day')).toBe(0)
    expect(compareBuckets('2026-02-02', '2026-02-01', 'day')).toBeGreaterThan(0)
    expect(compareBuckets('999', '1000', 'hour')).toBeLessThan(0)
    expect(compareBuckets('-1', '1', 'hour')).toBeLessThan(0)
    expect(compareBuckets('253402300799000000', '253402300799000001', 'hour')).toBeLessThan(0)
  })
})

describe('buckets of hours', () => {
  test.each([
    ['2026-03-07', '2026-03-08', 'America/New_York', 24, '2026-03-07T05:00:00Z', '2026-03-08T04:00:00Z'],
    ['2026-03-08', '2026-03-09', 'America/New_York', 23, '2026-03-08T05:00:00Z', '2026-03-09T03:00:00Z'],
    ['2026-11-01', '2026-11-02', 'America/New_York', 25, '2026-11-01T04:00:00Z', '2026-11-02T04:00:00Z'],
    ['2026-03-29', '2026-03-30', 'Europe/Berlin', 23, '2026-03-28T23:00:00Z', '2026-03-29T21:00:00Z'],
    ['2026-10-25', '2026-10-26', 'Europe/Berlin', 25, '2026-10-24T22:00:00Z', '2026-10-25T22:00:00Z'],
    ['2018-11-04', '2018-11-05', 'America/Sao_Paulo', 23, '2018-11-04T03:00:00Z', '2018-11-05T01:00:00Z'],
    ['2026-11-21', '2026-11-22', 'Asia/Kolkata', 24, '2026-11-20T18:30:00Z', '2026-11-21T17:30:00Z'],
  ])('%s to %s in %s are %i', (from, to, timeZone, count, first, last) => {
    const buckets = bucketsOf(from, to, 'hour', timeZone)
    expect(buckets).toHaveLength(count)
    expect([iso(buckets[0] as string), iso(buckets.at(-1) as string)]).toEqual([first, last])
  })

  test('where clocks go back by half an hour: the repeated half belongs to an hour under the new offset', () => {
    const buckets = bucketsOf('2026-04-05', '2026-04-06', 'hour', 'Australia/Lord_Howe').map(iso)
    expect(buckets).toHaveLength(25)
    expect(buckets.slice(0, 4)).toEqual([
      '2026-04-04T13:00:00Z',
      '2026-04-04T14:00:00Z',
      '2026-04-04T14:30:00Z',
      '2026-04-04T15:30:00Z',
    ])
    const repeated = bucketAt(instant('2026-04-04T15:10:00Z'), 'hour', 'Australia/Lord_Howe')
    expect(iso(repeated)).toBe('2026-04-04T14:30:00Z')
  })

  test('where clocks go forward by half an hour: the hour that is cut short has a bucket of its own', () => {
    const buckets = bucketsOf('2026-10-04', '2026-10-05', 'hour', 'Australia/Lord_Howe').map(iso)
    expect(buckets).toHaveLength(24)
    expect(buckets.slice(0, 4)).toEqual([
      '2026-10-03T13:30:00Z',
      '2026-10-03T14:30:00Z',
      '2026-10-03T15:00:00Z',
      '2026-10-03T16:00:00Z',
    ])
  })

  const turns = [
    ['America/New_York', '2026-03-08'],
    ['America/New_York', '2026-11-01'],
    ['Europe/Berlin', '2026-03-29'],
    ['Europe/Berlin', '2026-10-25'],
    ['Australia/Lord_Howe', '2026-04-05'],
    ['Australia/Lord_Howe', '2026-10-04'],
    ['America/Sao_Paulo', '2018-11-04'],
    ['America/Sao_Paulo', '2018-02-17'],
    ['Pacific/Apia', '2011-12-29'],
    ['Asia/Pyongyang', '2018-05-04'],
    ['America/Caracas', '2016-05-01'],
    ['Asia/Kathmandu', '1986-01-01'],
    ['Africa/Monrovia', '1972-01-07'],
  ] as const

  test.each(turns)('F4 in %s every instant of %s is in exactly one bucket of that day', (timeZone, date) => {
    const next = on(date).add({ days: 1 }).toString()
    const buckets = bucketsOf(date, next, 'hour', timeZone)
    expect(new Set(buckets).size).toBe(buckets.length)
    expect(buckets).toEqual([...buckets].sort((a, b) => compareBuckets(a, b, 'hour')))
    const met = new Set<string>()
    const end = startOfDay(next, timeZone).epochMilliseconds
    for (let at = startOfDay(date, timeZone).epochMilliseconds; at < end; at += 150_000) {
      const now = Temporal.Instant.fromEpochMilliseconds(at)
      const bucket = bucketAt(now, 'hour', timeZone)
      met.add(bucket)
      expect(bucketAt(now, 'day', timeZone)).toBe(date)
    }
    expect([...met].sort((a, b) => compareBuckets(a, b, 'hour'))).toEqual(buckets)
  })

  test('F4 an instant is as far into its bucket as its local clock is into the hour', () => {
    const minuteIn = (at: number, timeZone: string): number => {
      const parts = new Intl.DateTimeFormat('en', { timeZone, minute: 'numeric', second: 'numeric' }).formatToParts(at)
      const part = (type: string) => Number(parts.find((each) => each.type === type)?.value)
      return part('minute') * 60_000 + part('second') * 1000
    }
    const zone = fc.constantFrom(...turns.map(([timeZone]) => timeZone), 'Asia/Kolkata', 'UTC')
    fc.assert(
      fc.property(zone, fc.integer({ min: 500_000_000, max: 2_200_000_000 }), (timeZone, second) => {
        const now = Temporal.Instant.fromEpochMilliseconds(second * 1000)
        const into = BigInt(microseconds(now)) - BigInt(bucketAt(now, 'hour', timeZone))
        expect(into).toBe(BigInt(minuteIn(second * 1000, timeZone)) * 1000n)
      }),
    )
  })
})

test('F5 instants travel as whole microseconds, before 1970 too', () => {
  expect(microseconds(instant('2026-11-21T12:30:00.123456Z'))).toBe('1795264200123456')
  expect(microseconds(instant('1969-12-31T23:59:59.5Z'))).toBe('-500000')
})
