import type { ColumnDescription } from '../../http/wire.ts'
import { dateFormat, formatValue } from '../format-value.ts'
import type { Language } from '../messages.ts'
import { type CalendarParts, calendarParts } from './calendar-parts.ts'
import type { Grain } from './grain.ts'

/** A label below the axis of time. */
export interface TimeTick {
  /** Of the times that were given. */
  readonly at: number
  readonly label: string
  /** The day or the year that it is of, where that begins. */
  readonly context: string | undefined
}

export interface TimeTickOptions {
  readonly column: ColumnDescription
  readonly grain: Grain | undefined
  readonly timeZone: string
  readonly language: Language
  /** Whether ticks at these times have room beside each other. */
  readonly fits: (ticks: readonly TimeTick[]) => boolean
}

type Rule = (parts: CalendarParts) => boolean

const monday = ({ days }: CalendarParts) => (days + 3) % 7 === 0
const week = ({ days }: CalendarParts) => Math.floor((days + 3) / 7)
const everyWeeks =
  (count: number): Rule =>
  (parts) =>
    week(parts) % count === 0
const everyMonths =
  (count: number): Rule =>
  ({ month }) =>
    (month - 1) % count === 0
const everyYears =
  (count: number): Rule =>
  ({ month, year }) =>
    month === 1 && year % count === 0
const everyHours =
  (count: number): Rule =>
  ({ hour }) =>
    hour % count === 0
const both =
  (...rules: readonly Rule[]): Rule =>
  (parts) =>
    rules.every((rule) => rule(parts))
const all: Rule = () => true
const firstOfMonth: Rule = ({ day }) => day === 1

const years = [1, 2, 5, 10, 20, 50].map(everyYears)
const monthsAndYears = [...[1, 2, 3, 6].map(everyMonths), ...years]
const daysAndMore = [
  all,
  both(monday),
  both(monday, everyWeeks(2)),
  ...monthsAndYears.map((rule) => both(firstOfMonth, rule)),
]

/** What ticks may stand at, from the closest to the widest. */
const rules: Readonly<Record<Grain, readonly Rule[]>> = {
  hour: [...[1, 3, 6, 12].map(everyHours), ...daysAndMore.map((rule) => both(everyHours(24), rule))],
  day: daysAndMore,
  week: [all, ...[2, 4, 13, 26, 52].map(everyWeeks)],
  month: monthsAndYears,
  quarter: [all, everyMonths(6), ...years],
  year: [all, ...years],
}

/**
 * As many ticks as have room, at the calendar's own beginnings: days of a week, first days of months. Where a time is undefined
 * there is none.
 */
export function timeTicks(times: readonly (string | undefined)[], options: TimeTickOptions): readonly TimeTick[] {
  const parts = times.map((time) => (time === undefined ? undefined : calendarParts(time, zoneOf(options))))
  const indices = times.flatMap((time, at) => (time === undefined ? [] : [at]))
  const candidates = (options.grain === undefined ? [all] : rules[options.grain]).map((rule) =>
    indices.filter((at) => rule(parts[at] as CalendarParts)),
  )
  const written = (chosen: readonly number[]) =>
    chosen.map((at, nth) => tickOf(at, chosen[nth - 1], times, parts, options))
  const fewest = Math.min(2, indices.length)
  for (const candidate of candidates) {
    const ticks = written(candidate)
    if (candidate.length >= fewest && options.fits(ticks)) return ticks
  }
  // The calendar has no beginnings in it that fit: as many as do, evenly.
  for (let stride = 2; stride < indices.length; stride++) {
    const ticks = written(indices.filter((_, nth) => nth % stride === 0))
    if (options.fits(ticks)) return ticks
  }
  return written(indices.slice(0, 1))
}

function tickOf(
  at: number,
  before: number | undefined,
  times: readonly (string | undefined)[],
  parts: readonly (CalendarParts | undefined)[],
  { column, grain, timeZone, language }: TimeTickOptions,
): TimeTick {
  const [time, here] = [times[at] as string, parts[at] as CalendarParts]
  const zone = zoneOf({ column, timeZone })
  const write = (format: Intl.DateTimeFormatOptions) =>
    dateFormat(language.locale, { timeZone: zone, ...format }).format(new Date(time))
  const previous = before === undefined ? undefined : parts[before]
  const years = new Set(parts.map((each) => each?.year))
  years.delete(undefined)
  const year = years.size > 1 && here.year !== previous?.year ? write({ year: 'numeric' }) : undefined
  switch (grain) {
    case 'hour':
      return {
        at,
        label: write({ hour: '2-digit', minute: '2-digit' }),
        context: here.days === previous?.days ? undefined : write({ day: 'numeric', month: 'short' }),
      }
    case 'month':
      return { at, label: write({ month: 'short' }), context: year }
    case 'quarter':
    case 'year':
      return { at, label: formatValue({ ...column, grain }, time, { language, timeZone }), context: undefined }
    default:
      return { at, label: write({ day: 'numeric', month: 'short' }), context: year }
  }
}

/** Days are dates: they have no zone any more. */
const zoneOf = ({ column, timeZone }: Pick<TimeTickOptions, 'column' | 'timeZone'>): string =>
  column.kind === 'timestamp' ? timeZone : 'UTC'
