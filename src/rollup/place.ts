import type { CellOf } from './cells.ts'
import { isRefused, type Refused, refusedBelow } from './image.ts'
import { orderedInteger, segment } from './key.ts'
import type { Flow, FoldPlan } from './plan.ts'
import { product } from './whole-number.ts'
import { dayText, hourOf, secondsOf, zoneOf } from './zone.ts'

/** Sorts before every day and after every day: times outside the years 1 to 9999, which no period reaches. */
export const beforeAll = '-'
export const afterAll = '~'

/** The beginnings of keys at a place in time, by their kind: its segment, then the day's, then the hour's where there is one. */
export type Prefixes = readonly string[]

/** So many places are kept with their prefixes. */
const mostKnown = 20_000

/** Where in time the row's counters of some kinds stand. Null: the row has no time. */
export function compilePlace(
  { timeZone, byDay }: FoldPlan,
  { time, byHour }: Flow,
  kinds: readonly string[],
  cellOf: CellOf,
): () => Prefixes | null {
  const prefixesAt = (day: string, hour: string): Prefixes =>
    kinds.map((kind) => segment(kind) + segment(day) + (byHour ? segment(hour) : ''))
  const [allTime, below, above] = [prefixesAt('', ''), prefixesAt(beforeAll, ''), prefixesAt(afterAll, '')]
  const outside = (refused: Refused): Prefixes => (refused === refusedBelow ? below : above)
  if (time === null) return () => allTime
  const cell = cellOf(time)
  if (time.type.kind === 'date' || !byDay) {
    const onDay = remembered((day: string) => prefixesAt(day, ''))
    return () => {
      const value = cell.value
      if (value === null) return null
      if (isRefused(value)) return outside(value)
      return byDay ? onDay(value) : allTime
    }
  }
  const zone = zoneOf(timeZone)
  const textOf = (day: number): string => dayText(day) ?? (day < 0 ? beforeAll : afterAll)
  const onDay = remembered((day: number) => prefixesAt(textOf(day), ''))
  const inHour = remembered((hour: number, day: number) =>
    // One hour may hold moments of two days, which follow each other.
    prefixesAt(textOf(day), orderedInteger(product((hour - (day & 1)) / 2, 1_000_000))),
  )
  return () => {
    const instant = cell.number
    if (instant === null) return null
    if (isRefused(instant)) return outside(instant)
    const second = secondsOf(instant)
    const offset = zone.offsetAt(second)
    const day = Math.floor((second + offset) / 86_400)
    return byHour ? inHour(hourOf(second, offset) * 2 + (day & 1), day) : onDay(day)
  }
}

function remembered<Key>(make: (key: Key, day: number) => Prefixes): (key: Key, day?: number) => Prefixes {
  const known = new Map<Key, Prefixes>()
  return (key, day = 0) => {
    const found = known.get(key)
    if (found !== undefined) return found
    if (known.size >= mostKnown) known.clear()
    const made = make(key, day)
    known.set(key, made)
    return made
  }
}
