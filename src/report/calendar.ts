import { Temporal } from 'temporal-polyfill'
import type { Day } from './column.ts'
import type { PeriodShape, PeriodUnit } from './period.ts'
import type { Grain } from './row.ts'

/** From a day, included, to a day, excluded. */
export interface DayRange {
  readonly from: Day
  readonly to: Day
}

type PlainDate = Temporal.PlainDate

const millisecondsOfDay = 24 * 60 * 60 * 1000
/** The day that it was last in each zone, from which millisecond to which it is that day, and at no other. */
const days = new Map<string, { readonly day: PlainDate; readonly from: number; readonly to: number }>()

/** The day that it is at `now` in a zone. */
export function today(now: Temporal.Instant, timeZone: string): PlainDate {
  const at = now.epochMilliseconds
  const known = days.get(timeZone)
  if (known !== undefined && known.from <= at && at < known.to) return known.day
  const zoned = now.toZonedDateTimeISO(timeZone)
  const day = zoned.toPlainDate()
  const midnight = zoned.startOfDay()
  const [from, to] = [midnight, midnight.add({ days: 1 }).startOfDay()].map((each) => each.epochMilliseconds)
  // Where clocks are set back right after midnight, the day before comes once more within such a span.
  if (from !== undefined && to === from + millisecondsOfDay) days.set(timeZone, { day, from, to })
  return day
}

/** The first day of the unit that a day is in. Weeks begin on Monday (ISO 8601, as PostgreSQL's `date_trunc`). */
export function startOf(date: PlainDate, unit: PeriodUnit): PlainDate {
  switch (unit) {
    case 'day':
      return date
    case 'week':
      return date.subtract({ days: date.dayOfWeek - 1 })
    case 'month':
      return date.with({ day: 1 })
    case 'quarter':
      return date.with({ day: 1, month: date.month - ((date.month - 1) % 3) })
    case 'year':
      return date.with({ day: 1, month: 1 })
  }
}

/** A day some units later, or earlier; the 31st becomes the last day of a shorter month. */
export function shift(date: PlainDate, unit: PeriodUnit, by: number): PlainDate {
  switch (unit) {
    case 'day':
      return date.add({ days: by })
    case 'week':
      return date.add({ weeks: by })
    case 'month':
      return date.add({ months: by })
    case 'quarter':
      return date.add({ months: 3 * by })
    case 'year':
      return date.add({ years: by })
  }
}

/** The days of a period that does not depend on the reader's parameters. */
export function daysOf(period: Exclude<PeriodShape, { period: 'given' }>, on: PlainDate): DayRange {
  const current = startOf(on, period.unit)
  if (period.period === 'last') {
    const from = shift(current, period.unit, 1 - period.count)
    return { from: from.toString(), to: shift(current, period.unit, 1).toString() }
  }
  const from = shift(current, period.unit, period.offset)
  const end = shift(from, period.unit, 1)
  if (period.toDate !== true) return { from: from.toString(), to: end.toString() }
  const sameSpan = shift(on, period.unit, period.offset).add({ days: 1 })
  return { from: from.toString(), to: (Temporal.PlainDate.compare(sameSpan, end) < 0 ? sameSpan : end).toString() }
}

/** The first instant of a day in a zone: midnight, or the end of a gap over midnight. */
export function startOfDay(day: Day, timeZone: string): Temporal.Instant {
  return Temporal.PlainDate.from(day).toZonedDateTime(timeZone).toInstant()
}

/**
 * The time in which, after a day has begun, it is the day before once more; undefined where there is none. Clocks that go
 * back at one minute past midnight, as in St. John's until 2011, do so by an hour.
 */
export function returnToDayBefore(
  day: Day,
  timeZone: string,
): { readonly from: Temporal.Instant; readonly to: Temporal.Instant } | undefined {
  const date = Temporal.PlainDate.from(day)
  const first = date.toZonedDateTime(timeZone)
  const last = date.toPlainDateTime().toZonedDateTime(timeZone, { disambiguation: 'later' })
  if (first.epochNanoseconds === last.epochNanoseconds) return undefined
  const transition = first.getTimeZoneTransition('next')
  if (transition === null || Temporal.PlainDate.compare(transition.toPlainDate(), date) >= 0) return undefined
  return { from: transition.toInstant(), to: last.toInstant() }
}

/** Microseconds since 1970 in UTC, as text: the form in which instants travel between an engine and the answer. */
export const microseconds = (instant: Temporal.Instant): string => (instant.epochNanoseconds / 1000n).toString()

/**
 * The buckets from one on, in order and without end: first days; for hours, microseconds since 1970. Days of 23 and 25
 * hours have 23 and 25 of them.
 */
export function* bucketsFrom(first: string, grain: Grain, timeZone: string): Generator<string, never> {
  if (grain === 'hour') {
    let at = new Temporal.Instant(BigInt(first) * 1000n)
    for (;;) {
      yield microseconds(at)
      at = startOfHour(at.add({ hours: 1 }), timeZone)
    }
  }
  for (let bucket = first; ; bucket = bucketAfter(bucket, grain)) yield bucket
}

/** The buckets that follow others, of any zone: each is asked for again with every answer. */
const following = new Map<string, string>()
const mostFollowing = 100_000

function bucketAfter(bucket: string, grain: PeriodUnit): string {
  const key = `${grain} ${bucket}`
  const known = following.get(key)
  if (known !== undefined) return known
  if (following.size === mostFollowing) following.clear()
  const next = shift(Temporal.PlainDate.from(bucket), grain, 1).toString()
  following.set(key, next)
  return next
}

/** The buckets of a range: the first, which may begin before the range does, and the one that the range ends before. */
export function bucketBounds({ from, to }: DayRange, grain: Grain, timeZone: string): { first: string; end: string } {
  return grain === 'hour'
    ? {
        first: bucketAt(startOfDay(from, timeZone), grain, timeZone),
        end: microseconds(returnToDayBefore(to, timeZone)?.to ?? startOfDay(to, timeZone)),
      }
    : { first: startOf(Temporal.PlainDate.from(from), grain).toString(), end: to }
}

/** The order of buckets as `bucketsFrom` writes them. */
export function compareBuckets(a: string, b: string, grain: Grain): number {
  if (grain === 'hour') return Number(BigInt(a) - BigInt(b))
  return a < b ? -1 : a > b ? 1 : 0
}

/** The bucket that an instant is in. */
export function bucketAt(now: Temporal.Instant, grain: Grain, timeZone: string): string {
  return grain === 'hour' ? microseconds(startOfHour(now, timeZone)) : startOf(today(now, timeZone), grain).toString()
}

/** The local hour's beginning under the offset that holds at the instant, as PostgreSQL truncates below a day. */
function startOfHour(instant: Temporal.Instant, timeZone: string): Temporal.Instant {
  const { minute, second, millisecond, microsecond } = instant.toZonedDateTimeISO(timeZone)
  return instant.subtract({ minutes: minute, seconds: second, milliseconds: millisecond, microseconds: microsecond })
}
