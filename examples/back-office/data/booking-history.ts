import { Temporal } from 'temporal-polyfill'
import { type Booking, drawBooking } from './booking.ts'
import { createRandom } from './random.ts'
import { hours, season } from './season.ts'

export interface BookingHistoryOptions {
  readonly tenant: string
  readonly timeZone: string
  readonly stations: number
  /** Bookings on an ordinary day of today's business; there were fewer before. */
  readonly bookingsADay: number
  readonly years: number
  readonly seed: number
  /** Milliseconds since 1970; nothing is booked after it. */
  readonly now: number
}

/** What a mobility tenant booked over the years, in the order of booking, each with the status that it has now. */
export function* bookingHistory(options: BookingHistoryOptions): Generator<Booking, void> {
  const { tenant, timeZone, stations, bookingsADay, years, seed, now } = options
  const random = createRandom(seed, 'bookings', tenant)
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate()
  const daysBack = Math.round(years * 365)
  let mood = 0
  for (let back = daysBack; back >= 0; back--) {
    const date = today.subtract({ days: back })
    const midnight = date.toZonedDateTime(timeZone).epochMilliseconds
    const progress = 1 - back / daysBack
    // Good and bad weeks: each day's luck is mostly that of the day before.
    mood = 0.82 * mood + 0.03 * random.normal()
    const expected = bookingsADay * growth(progress) * season(new Date(date.toString())) * Math.exp(mood)
    const moments = Array.from({ length: random.poisson(expected) }, () => midnight + timeOfDay(random))
    for (const at of moments.sort((a, b) => a - b)) {
      if (at > now) break
      yield drawBooking(random, { at, localDay: date.toString(), stations, progress }, now)
    }
  }
}

/** A young company: a sixth of today's business at the beginning, and growing faster of late. */
const growth = (progress: number): number => 0.16 + 0.84 * progress ** 2.2

const timeOfDay = (random: ReturnType<typeof createRandom>): number =>
  Math.floor((Number(random.weighted(hours)) + random.next()) * 3_600_000)
