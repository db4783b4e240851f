import { Temporal } from 'temporal-polyfill'
import { MillraceError } from '../errors.ts'
import type { RunRows } from './check-source.ts'
import { error, type Finding } from './finding.ts'

/** From when until when transitions are compared. */
const years = { from: 2000, to: 2038 }

/** SQLSTATE of a time zone that the database does not know. */
const invalidParameterValue = '22023'

/**
 * Whether the database and Node.js agree on a zone's days (F4): both carry their own copy of the IANA database. They are
 * compared just before and at every transition that Node knows, and at the first of each month.
 */
export async function checkZone(timeZone: string, run: RunRows): Promise<Finding[]> {
  const about = `time zone ${timeZone}`
  const update = 'bring the older copy of the IANA time zone database up to date'
  const instants = [...instantsOf(timeZone)]
  try {
    const rows = await run({
      text: `select (extract(epoch from (to_timestamp(s) at time zone $1) - (to_timestamp(s) at time zone 'UTC')))::bigint::text
from unnest($2::bigint[]) with ordinality u(s, n) order by n`,
      values: [timeZone, instants.map(String)],
    })
    const differs = instants.find((seconds, at) => String(offsetAt(seconds, timeZone)) !== rows[at]?.[0])
    if (differs === undefined) return []
    return [error(about, `the database and Node.js differ about ${new Date(differs * 1000).toISOString()}`, update)]
  } catch (cause) {
    if (!(cause instanceof MillraceError) || codeOf(cause.cause) !== invalidParameterValue) throw cause
    return [error(about, 'the database does not know it', update)]
  }
}

const codeOf = (cause: unknown): unknown => (cause as { code?: unknown } | undefined)?.code

function* instantsOf(timeZone: string): Generator<number> {
  for (let year = years.from; year < years.to; year++) {
    for (let month = 0; month < 12; month++) yield Date.UTC(year, month, 1) / 1000
  }
  let at = Temporal.Instant.from(`${years.from}-01-01T00:00:00Z`).toZonedDateTimeISO(timeZone)
  for (;;) {
    const next = at.getTimeZoneTransition('next')
    if (next === null || next.year >= years.to) return
    yield next.epochMilliseconds / 1000 - 1
    yield next.epochMilliseconds / 1000
    at = next
  }
}

const offsetAt = (seconds: number, timeZone: string): number =>
  Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e9
