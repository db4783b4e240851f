import type { CellOf } from './cells.ts'
import { isRefused, type Refused, refusedBelow } from './image.ts'
import { orderedInteger, segment } from './key.ts'
import type { Flow, FoldPlan } from './plan.ts'
import { dayText, hourOf, secondsOf, zoneOf } from './zone.ts'

/** Sorts before every day and after every day: times outside the years 1 to 9999, which no period reaches. */
export const beforeAll = '-'
export const afterAll = '~'

const allTime = segment('')

/** Where in time the row's counters stand: the day, then the hour where there is one. Null: the row has no time. */
export function compilePlace(
  { timeZone, byDay }: FoldPlan,
  { time, byHour }: Flow,
  cellOf: CellOf,
): () => string | null {
  if (time === null) return () => allTime
  const cell = cellOf(time)
  const outside = (refused: Refused): string =>
    segment(refused === refusedBelow ? beforeAll : afterAll) + (byHour ? segment('') : '')
  if (time.type.kind === 'date' || !byDay) {
    return () => {
      const value = cell.value
      if (value === null) return null
      if (isRefused(value)) return outside(value)
      return byDay ? segment(value) : allTime
    }
  }
  const zone = zoneOf(timeZone)
  return () => {
    const instant = cell.number
    if (instant === null) return null
    if (isRefused(instant)) return outside(instant)
    const second = secondsOf(instant)
    const offset = zone.offsetAt(second)
    const day = daySegment(Math.floor((second + offset) / 86_400))
    return byHour ? day + segment(orderedInteger(hourOf(second, offset))) : day
  }
}

const days = new Map<number, string>()

function daySegment(day: number): string {
  const known = days.get(day)
  if (known !== undefined) return known
  if (days.size > 100_000) days.clear()
  const made = segment(dayText(day) ?? (day < 0 ? beforeAll : afterAll))
  days.set(day, made)
  return made
}
