import { Temporal } from 'temporal-polyfill'
import { minus, type WholeNumber } from './whole-number.ts'

/*
 * The clocks of a zone as a table of offsets, so that a row's day takes a search in memory and no call of a calendar. They are
 * constants of a build (F4). Offsets are whole seconds, and so are the moments at which they change.
 */

export interface Zone {
  /** Seconds east of UTC at an instant, in seconds since 1970. */
  offsetAt(second: number): number
  /** The same by what the clocks show, in seconds since 1970 as if they showed UTC. */
  offsetAtLocal(second: number): number
}

interface Transitions {
  /** When each offset begins to hold, ascending; the first is the beginning of time. */
  readonly at: readonly number[]
  readonly offsets: readonly number[]
}

/**
 * From 2101 on every zone's rules repeat with the calendar, which has 14 kinds of year. The 28 years from 2101, no century among
 * them, have all of these; a later year's clocks are those of the one of its kind.
 */
const repeatedFrom = 2101
const repeatedYears = 28

const zones = new Map<string, Zone>()
const tables = new Map<string, Transitions>()

export function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone)
  if (known !== undefined) return known
  const zone = timeZone === 'UTC' ? utc : zoneOfTable(transitionsOf(timeZone))
  zones.set(timeZone, zone)
  return zone
}

/** Every change of a zone's offset, as text: part of a build's fingerprint. */
export function transitionsText(timeZone: string): string {
  if (timeZone === 'UTC') return ''
  const { at, offsets } = transitionsOf(timeZone)
  return at.map((from, i) => `${from}:${offsets[i]}`).join(' ')
}

function transitionsOf(timeZone: string): Transitions {
  const known = tables.get(timeZone)
  if (known !== undefined) return known
  const at: number[] = []
  const offsets: number[] = []
  let next: Temporal.ZonedDateTime | null = Temporal.Instant.from('0001-01-01T00:00:00Z').toZonedDateTimeISO(timeZone)
  while (next !== null && next.year <= repeatedFrom + repeatedYears) {
    at.push(next.epochMilliseconds / 1000)
    offsets.push(next.offsetNanoseconds / 1e9)
    next = next.getTimeZoneTransition('next')
  }
  at[0] = Number.NEGATIVE_INFINITY
  const table = { at, offsets }
  tables.set(timeZone, table)
  return table
}

const utc: Zone = { offsetAt: () => 0, offsetAtLocal: () => 0 }

function zoneOfTable({ at, offsets }: Transitions): Zone {
  /** The last one found: rows that come together are mostly of one time. */
  let index = 0
  const search = (second: number): number => {
    let [low, high] = [0, at.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((at[middle] as number) <= second) low = middle
      else high = middle - 1
    }
    return low
  }
  return {
    offsetAt(second) {
      const within = withinTable(second)
      const end = at[index + 1] ?? Number.POSITIVE_INFINITY
      if (within < (at[index] as number) || within >= end) index = search(within)
      return offsets[index] as number
    },
    offsetAtLocal(second) {
      const within = withinTable(second)
      // No offset is more than a day from UTC.
      for (let i = search(within - secondsPerDay); i < at.length - 1; i++) {
        // Until the clocks show, for good, what they show after the transition.
        if (within < (at[i + 1] as number) + (offsets[i + 1] as number)) return offsets[i] as number
      }
      return offsets.at(-1) as number
    },
  }
}

const secondsPerDay = 86_400
const secondOf = (year: number): number => Date.UTC(year, 0, 1) / 1000
const endOfTable = secondOf(repeatedFrom + repeatedYears)

/** The second of a year of the table that has the same calendar, as far into it. */
function withinTable(second: number): number {
  if (second < endOfTable) return second
  const year = new Date(second * 1000).getUTCFullYear()
  const start = secondOf(year)
  return second - start + secondOf(yearLike(start, isLeap(year)))
}

function yearLike(start: number, leap: boolean): number {
  const weekdayOf = (second: number) => new Date(second * 1000).getUTCDay()
  for (let year = repeatedFrom; ; year++) {
    if (isLeap(year) === leap && weekdayOf(secondOf(year)) === weekdayOf(start)) return year
  }
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

/** The whole seconds of microseconds since 1970, rounded down. */
export function secondsOf(microseconds: WholeNumber): number {
  if (typeof microseconds === 'bigint') {
    const rest = microseconds % 1_000_000n
    return Number(microseconds / 1_000_000n) - (rest < 0n ? 1 : 0)
  }
  // What a double's division is off by is corrected: its remainder would be exact, and several times as slow.
  const near = Math.floor(microseconds / 1_000_000)
  const rest = microseconds - near * 1_000_000
  return rest < 0 ? near - 1 : rest >= 1_000_000 ? near + 1 : near
}

/**
 * The instant of a local time, as PostgreSQL's `timestamp AT TIME ZONE` finds it: a time that the clocks skipped is read
 * with the offset before the gap, one that they showed twice with the offset after. Both in microseconds since 1970.
 */
export function instantOfLocal(local: WholeNumber, timeZone: string): WholeNumber {
  return minus(local, zoneOf(timeZone).offsetAtLocal(secondsOf(local)) * 1_000_000)
}

const days = new Map<number, string>()

/** The calendar day, so many days after 1970-01-01, as `YYYY-MM-DD`. Undefined outside the years 1 to 9999. */
export function dayText(day: number): string | undefined {
  const known = days.get(day)
  if (known !== undefined) return known
  if (day < -719_162 || day > 2_932_896) return undefined
  if (days.size > 100_000) days.clear()
  const text = new Date(day * secondsPerDay * 1000).toISOString().slice(0, 10)
  days.set(day, text)
  return text
}

/** The beginning of the local hour that an instant is in, under the offset that holds at it; both in seconds since 1970. */
export function hourOf(second: number, offset: number): number {
  const local = second + offset
  return Math.floor(local / 3600) * 3600 - offset
}

/** Microseconds since 1970 of an instant as ISO 8601. */
export const microsecondsOfInstant = (iso: string): bigint => Temporal.Instant.from(iso).epochNanoseconds / 1000n
