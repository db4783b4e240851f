import type { Frame } from './frame.ts'
import { round } from './round.ts'
import { type Run, runsOf } from './runs.ts'
import type { SeriesPlan } from './series-plan.ts'
import type { Extent } from './stack.ts'

type Slots = SeriesPlan['slots']

/**
 * The runs of a series' values: with a grain a bucket that is missing ends one; without, it is not known whether one is. Straight
 * lines join them, since a curve would show values between two points that nobody measured.
 */
export const runsIn = (numbers: readonly (number | null)[], { slots, grain }: Pick<SeriesPlan, 'slots' | 'grain'>) =>
  runsOf(numbers, (before, after) => grain === undefined || placeOf(slots, after) - placeOf(slots, before) === 1)

const placeOf = (slots: Slots, at: number): number => slots[at]?.place ?? 0

/** A run without its last stretch where that leads to a bucket which is still running, and that stretch. */
export function splitRun(run: Run, slots: Slots, period: string): { readonly whole: Run; readonly partial: Run } {
  const last = run.at(-1)
  if (last === undefined || !slots[last]?.partial.includes(period)) return { whole: run, partial: [] }
  return { whole: run.slice(0, -1), partial: run.slice(-2) }
}

export const linePath = (run: Run, numbers: readonly (number | null)[], { xs, y }: Pick<Frame, 'xs' | 'y'>): string =>
  run.map((at, nth) => `${nth === 0 ? 'M' : 'L'}${round(xs[at] ?? 0)} ${round(y(numbers[at] ?? 0))}`).join('')

/** From the lower ends of a run's values around to the upper ones. */
export function areaPath(run: Run, extents: readonly Extent[], { xs, y }: Pick<Frame, 'xs' | 'y'>): string {
  if (run.length < 2) return ''
  const point = (at: number, end: 0 | 1) => `${round(xs[at] ?? 0)} ${round(y(extents[at]?.[end] ?? 0))}`
  const [there, back] = [run.map((at) => point(at, 1)), [...run].reverse().map((at) => point(at, 0))]
  return `M${[...there, ...back].join('L')}Z`
}

/** Of the room of a bucket. */
const columnPart = 0.72
const widestColumn = 44

export const columnWidth = ({ step }: Pick<Frame, 'step'>): number =>
  Math.max(1, Math.min(widestColumn, step * columnPart))

/** Columns over their buckets: those that are chosen, in one path. */
export function columnsPath(
  extents: readonly Extent[],
  frame: Pick<Frame, 'xs' | 'y' | 'step'>,
  isChosen: (at: number) => boolean,
): string {
  const width = columnWidth(frame)
  const columns = extents.map((extent, at) => {
    if (extent === null || extent[0] === extent[1] || !isChosen(at)) return ''
    const [from, to] = [round(frame.y(extent[0])), round(frame.y(extent[1]))]
    const left = round((frame.xs[at] ?? 0) - width / 2)
    return `M${left} ${Math.min(from, to)}h${round(width)}v${round(Math.abs(to - from))}H${left}z`
  })
  return columns.join('')
}
