import { nothing, svg, type TemplateResult } from 'lit'
import type { Frame } from './frame.ts'
import { round } from './shapes.ts'
import type { TimeTick } from './time-ticks.ts'

/** A line across the plot, at a value. */
export interface ValueTick {
  readonly value: number
  readonly label: string
}

export const axisText = 11
/** From the plot to the labels beside it. */
export const gap = 8
const lineHeight = 15

export function renderValueAxis(frame: Frame, ticks: readonly ValueTick[]): TemplateResult {
  const { left, right, isRightToLeft } = frame
  const x = isRightToLeft ? right + gap : left - gap
  return svg`<g class="axis" aria-hidden="true">${ticks.map(({ value, label }) => {
    const y = Math.round(frame.y(value)) + 0.5
    return svg`<line class=${value === 0 ? 'zero' : 'grid'} x1=${left} x2=${right} y1=${y} y2=${y}></line>
      <text x=${x} y=${y} dy="0.33em" text-anchor=${isRightToLeft ? 'start' : 'end'}>${label}</text>`
  })}</g>`
}

export function renderTimeAxis(
  frame: Frame,
  ticks: readonly TimeTick[],
  width: (text: string) => number,
): TemplateResult {
  const { bottom } = frame
  return svg`<g class="axis" aria-hidden="true">${ticks.map((tick) => {
    const x = Math.round(frame.xs[tick.at] ?? 0) + 0.5
    const middle = middleOf(tick, frame, width)
    return svg`<line class="tick" x1=${x} x2=${x} y1=${bottom} y2=${bottom + 4}></line>
      <text x=${middle} y=${bottom + 16} text-anchor="middle">${tick.label}</text>
      ${tick.context === undefined ? nothing : svg`<text class="context" x=${middle} y=${bottom + 16 + lineHeight} text-anchor="middle">${tick.context}</text>`}`
  })}</g>`
}

/** The room that the labels of time need: a second line where there are contexts. */
export const footOf = (ticks: readonly TimeTick[]): number =>
  22 + (ticks.some(({ context }) => context !== undefined) ? lineHeight : 0)

/** Under its bucket, but inside the drawing. */
function middleOf(
  tick: TimeTick,
  { xs, width }: Pick<Frame, 'xs' | 'width'>,
  widthOf: (text: string) => number,
): number {
  const half = tickWidth(tick, widthOf) / 2
  return round(Math.min(Math.max(xs[tick.at] ?? 0, half), width - half))
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
