import { Temporal } from 'temporal-polyfill'

/**
 * A zone's offsets as a table, so that a row's day takes a search in memory and no call of a calendar (F4: they are
 * constants of the build).
 */
interface Transitions {
  /** Microseconds since 1970, ascending: when each offset begins to hold. The first is the beginning of time. */
  readonly at: readonly bigint[]
  /** Microseconds east of UTC. */
  readonly offsets: readonly bigint[]
}

const firstYear = Temporal.Instant.from('0001-01-01T00:00:00Z')
const lastYear = 2200
const tables = new Map<string, Transitions>()

/** Every change of a zone's offset, as text: part of a build's fingerprint. */
export function transitionsText(timeZone: string): string {
  const { at, offsets } = transitionsOf(timeZone)
  return at.map((from, i) => `${from}:${offsets[i]}`).join(' ')
}

function transitionsOf(timeZone: string): Transitions {
  const known = tables.get(timeZone)
  if (known !== undefined) return known
  const at: bigint[] = []
  const offsets: bigint[] = []
  let next: Temporal.ZonedDateTime | null = firstYear.toZonedDateTimeISO(timeZone)
  while (next !== null && next.year < lastYear) {
    at.push(next.epochNanoseconds / 1000n)
    offsets.push(BigInt(next.offsetNanoseconds / 1000))
    next = next.getTimeZoneTransition('next')
  }
  at[0] = -(2n ** 62n)
  const table = { at, offsets }
  tables.set(timeZone, table)
  return table
}

/** The offset that holds at an instant. */
function indexAt({ at }: Transitions, instant: bigint): number {
  let [low, high] = [0, at.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((at[middle] as bigint) <= instant) low = middle
    else high = middle - 1
  }
  return low
}

/** An instant as the local time of a zone; both in microseconds since 1970. */
export function localTime(instant: bigint, timeZone: string): bigint {
  if (timeZone === 'UTC') return instant
  const table = transitionsOf(timeZone)
  return instant + (table.offsets[indexAt(table, instant)] as bigint)
}

/**
 * The instant of a local time, as PostgreSQL's `timestamp AT TIME ZONE` finds it: a time that the clocks skipped is read
 * with the offset before the gap, one that they showed twice with the offset after.
 */
export function localInstant(local: bigint, timeZone: string): bigint {
  if (timeZone === 'UTC') return local
  const table = transitionsOf(timeZone)
  const { at, offsets } = table
  // No offset is more than a day from UTC.
  const near = indexAt(table, local - 86_400_000_000n)
  for (let i = near; i < at.length; i++) {
    const offset = offsets[i] as bigint
    const end = at[i + 1]
    const next = offsets[i + 1]
    if (end === undefined || next === undefined) return local - offset
    // Until the clocks show, for good, what they show after the transition.
    if (local < end + next) return local - offset
  }
  return local - (offsets.at(-1) as bigint)
}

const day = 86_400_000_000n
const days = new Map<bigint, string>()

/** The calendar day of a local time, `YYYY-MM-DD`. */
export function dayOf(local: bigint): string {
  const number = local >= 0n ? local / day : -((-local + day - 1n) / day)
  const known = days.get(number)
  if (known !== undefined) return known
  if (days.size > 100_000) days.clear()
  const text = new Date(Number(number) * 86_400_000).toISOString().slice(0, 10)
  days.set(number, text)
  return text
}

/** The beginning of the local hour that an instant is in, under the offset that holds at it. */
export function hourOf(instant: bigint, timeZone: string): bigint {
  const local = localTime(instant, timeZone)
  const hour = 3_600_000_000n
  return instant - (((local % hour) + hour) % hour)
}

/** Microseconds since 1970 of an instant as ISO 8601. */
export const microsecondsOfInstant = (iso: string): bigint => Temporal.Instant.from(iso).epochNanoseconds / 1000n
