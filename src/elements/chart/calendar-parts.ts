import { dateFormat } from '../format-value.ts'

/** A time taken apart as the calendar of its zone has it. */
export interface CalendarParts {
  readonly hour: number
  readonly day: number
  readonly month: number
  readonly year: number
  /** Days since 1970. */
  readonly days: number
}

/** Of an instant in a zone; of a day, which is a date without one, where the zone is UTC. */
export function calendarParts(time: string, timeZone: string): CalendarParts {
  const format = dateFormat('en', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    hourCycle: 'h23',
  })
  const part = Object.fromEntries(format.formatToParts(new Date(time)).map(({ type, value }) => [type, Number(value)]))
  const { hour = 0, day = 1, month = 1, year = 1970 } = part
  return { hour, day, month, year, days: Date.UTC(year, month - 1, day) / 86_400_000 }
}
