import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { bucketsOf } from '../../test/report/buckets.ts'
import { bucketAt, compareBuckets, microseconds, startOfDay } from './calendar.ts'

const on = Temporal.PlainDate.from
const instant = Temporal.Instant.from
const iso = (bucket: string): string => new Temporal.Instant(BigInt(bucket) * 1000n).toString()

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
