import type { Temporal } from 'temporal-polyfill'
import { MillraceError } from '../errors.ts'
import type { DayRange } from './calendar.ts'
import type { Day } from './column.ts'
import { parseDuration } from './duration.ts'
import type { PeriodShape } from './period.ts'

/** The days between which the reader asks. Throws PARAMETER_INVALID where there are none, or they reach past `retain`. */
export function givenDays(
  period: Extract<PeriodShape, { period: 'given' }>,
  dayOf: (name: string) => Day,
  retain: string | undefined,
  on: Temporal.PlainDate,
): DayRange {
  const days = { from: dayOf(period.from), to: dayOf(period.to) }
  if (days.from >= days.to) {
    throw new MillraceError(
      'PARAMETER_INVALID',
      `"${period.to}" must be later than "${period.from}", and is itself left out`,
    )
  }
  const earliest = retain === undefined ? undefined : earliestDay(retain, on)
  if (earliest !== undefined && days.from < earliest) {
    throw new MillraceError('PARAMETER_INVALID', `"${period.from}" must not be before ${earliest}`)
  }
  return days
}

/** The first of the last days, today included, that are retained: with `"400d"` what `lastDays(400)` begins with. */
function earliestDay(retain: string, on: Temporal.PlainDate): Day {
  return on.subtract({ days: retainedDays(retain) - 1 }).toString()
}

/** As many days, today included, a report may look back. */
export const retainedDays = (retain: string): number => Math.max(1, Math.floor(parseDuration(retain) / 86_400))
