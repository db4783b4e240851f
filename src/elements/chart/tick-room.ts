import type { Frame } from './frame.ts'
import type { TimeTick } from './time-ticks.ts'

/** Pixels; of labels beside and below a plot. */
export const axisText = 11
/** From the plot to the labels beside it. */
export const gap = 8
export const lineHeight = 15
/** From the plot down to the labels of time: clear of the lowest label beside it. */
export const timeBaseline = 19

/** The room that the labels of time need: a second line where there are contexts. */
export const footOf = (ticks: readonly TimeTick[]): number =>
  timeBaseline + 6 + (ticks.some(({ context }) => context !== undefined) ? lineHeight : 0)

/** Under its bucket, but inside the drawing. */
export function middleOf(
  tick: TimeTick,
  { xs, width }: Pick<Frame, 'xs' | 'width'>,
  widthOf: (text: string) => number,
): number {
  const half = tickWidth(tick, widthOf) / 2
  return Math.min(Math.max(xs[tick.at] ?? 0, half), width - half)
}

const tickWidth = ({ label, context = '' }: TimeTick, widthOf: (text: string) => number): number =>
  Math.max(widthOf(label), widthOf(context))

/** Whether labels stand beside each other with room between them. */
export function fitInto(frame: Pick<Frame, 'xs' | 'width'>, widthOf: (text: string) => number) {
  return (ticks: readonly TimeTick[]): boolean => {
    const placed = ticks
      .map((tick) => ({ middle: middleOf(tick, frame, widthOf), half: tickWidth(tick, widthOf) / 2 }))
      .sort((a, b) => a.middle - b.middle)
    return placed.every(({ middle, half }, at) => {
      const before = placed[at - 1]
      return before === undefined || middle - half - (before.middle + before.half) >= 12
    })
  }
}
