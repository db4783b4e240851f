import { nothing, svg, type TemplateResult } from 'lit'
import type { Frame } from './frame.ts'
import type { ValueTick } from './layout.ts'
import { round } from './round.ts'
import { gap, lineHeight, middleOf, timeBaseline } from './tick-room.ts'
import type { TimeTick } from './time-ticks.ts'

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
    const middle = round(middleOf(tick, frame, width))
    return svg`<line class="tick" x1=${x} x2=${x} y1=${bottom} y2=${bottom + 4}></line>
      <text x=${middle} y=${bottom + timeBaseline} text-anchor="middle">${tick.label}</text>
      ${tick.context === undefined ? nothing : svg`<text class="context" x=${middle} y=${bottom + timeBaseline + lineHeight} text-anchor="middle">${tick.context}</text>`}`
  })}</g>`
}
