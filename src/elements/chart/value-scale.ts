import { nice, ticks } from 'd3-array'

/** The axis of values: its ends, and the values at which it has a line. */
export interface ValueScale {
  readonly low: number
  readonly high: number
  readonly ticks: readonly number[]
  /** A value as a part of the way from `low` (0) to `high` (1). */
  readonly partOf: (value: number) => number
}

export interface ValueScaleOptions {
  /** A length that begins elsewhere than at zero shows a proportion that is none: bars and areas begin there. */
  readonly fromZero: boolean
  /** Whether there is nothing between 1 and 2. */
  readonly isWhole: boolean
  /** About how many lines. */
  readonly count: number
}

/** A line may leave zero out only where its values lie close together, far from it. */
const closeTogether = 0.4

export function valueScale(values: Iterable<number>, { fromZero, isWhole, count }: ValueScaleOptions): ValueScale {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) [least, greatest] = [Math.min(least, value), Math.max(greatest, value)]
  if (least > greatest) [least, greatest] = [0, 0]
  const farthest = Math.max(Math.abs(least), Math.abs(greatest))
  if (fromZero || greatest - least > closeTogether * farthest || least === greatest) {
    least = Math.min(least, 0)
    greatest = Math.max(greatest, 0)
  }
  if (least === greatest) greatest = 1
  const [low, high] = nice(least, greatest, count)
  const lines = ticks(low, high, count).filter((tick) => !isWhole || Number.isInteger(tick))
  return { low, high, ticks: lines, partOf: (value) => (value - low) / (high - low) }
}
