import { nothing, svg, type TemplateResult } from 'lit'
import type { Drawing } from './drawing.ts'
import type { Frame } from './frame.ts'
import { areaPath, linePath, runsIn, splitRun } from './paths.ts'
import { round } from './round.ts'
import type { Run } from './runs.ts'
import type { Series, SeriesPlan } from './series-plan.ts'
import { renderShape } from './shapes.ts'
import type { Extent } from './stack.ts'

export interface Marks {
  readonly plan: SeriesPlan
  readonly drawing: Drawing
  readonly frame: Frame
  /** The slots that have a label below: points are marked there, where there are too many to mark all. */
  readonly labelled: ReadonlySet<number>
  /** The slot that is being read. */
  readonly active: number | undefined
  /** Before the names of this drawing's fills. */
  readonly own: string
}

export function renderMarks(marks: Marks): TemplateResult {
  const { drawing } = marks
  return svg`${
    drawing.extents === undefined
      ? nothing
      : drawing.series.map((series, at) =>
          drawing.kind === 'bars'
            ? renderBars(series, drawing.extents?.[at] ?? [], marks)
            : renderArea(series, drawing.extents?.[at] ?? [], marks),
        )
  }
  ${drawing.earlier.map((earlier) => renderEarlier(earlier, marks))}
  ${drawing.kind === 'lines' ? drawing.series.map((series) => renderLine(series, series.numbers, marks)) : nothing}`
}

/** Points that are closer are not marked each; those of many series cross each other. */
const closest = (series: number): number => (series > 3 ? 48 : 14)

function renderLine(
  { look, period }: Series,
  numbers: readonly (number | null)[],
  { plan, frame, labelled, active, drawing }: Marks,
): TemplateResult {
  const runs = runsIn(numbers, plan)
  const last = runs.at(-1)?.at(-1)
  const isStacked = drawing.extents !== undefined && drawing.series.length > 1
  const marksAll = frame.step >= closest(drawing.series.length) && !isStacked
  const marksSome = drawing.series.length > 1 && !isStacked
  const isMarked = (at: number, { length }: Run) =>
    length === 1 || (at === last && !isStacked) || at === active || marksAll || (marksSome && labelled.has(at))
  return svg`<g class="look-${look} ${drawing.series.length === 1 ? 'alone' : ''}">${runs.map((run) => {
    const { whole, partial } = splitRun(run, plan.slots, period)
    return svg`<path class="line" d=${linePath(whole, numbers, frame)}></path>
      <path class="line partial" d=${linePath(partial, numbers, frame)}></path>
      ${run.map((at) => {
        const isPartial = plan.slots[at]?.partial.includes(period) ?? false
        const name = `point ${isPartial ? 'partial' : ''} ${at === active ? 'active' : ''}`
        return isMarked(at, run) ? renderShape(look, frame.xs[at] ?? 0, frame.y(numbers[at] ?? 0), name) : nothing
      })}`
  })}</g>`
}

function renderArea(series: Series, extents: readonly Extent[], marks: Marks): TemplateResult {
  const { plan, frame, drawing, own } = marks
  const { look, period } = series
  const tops = extents.map((extent) => extent?.[1] ?? null)
  const isAlone = drawing.series.length === 1
  return svg`<g class="look-${look} ${isAlone ? 'alone' : ''}">${runsIn(tops, plan).map((run) => {
    const { whole, partial } = splitRun(run, plan.slots, period)
    return svg`<path class="area" fill=${isAlone ? nothing : `url(#${own}fill-${look})`} d=${areaPath(whole, extents, frame)}></path>
      <path class="area partial" fill="url(#${own}partial-${look})" d=${areaPath(partial, extents, frame)}></path>`
  })}</g>
  ${renderLine(series, tops, marks)}`
}

/** Of the room of a bucket. */
const barPart = 0.72
const widestBar = 44

function renderBars(
  { look, period }: Series,
  extents: readonly Extent[],
  { plan, frame, drawing, own, active }: Marks,
) {
  const width = barWidth(frame)
  const isAlone = drawing.series.length === 1
  return svg`<g class="look-${look} ${isAlone ? 'alone' : ''}">${extents.map((extent, at) => {
    if (extent === null || extent[0] === extent[1]) return nothing
    const [start, end] = [frame.y(extent[0]), frame.y(extent[1])]
    const isPartial = plan.slots[at]?.partial.includes(period) ?? false
    const fill = isPartial ? `url(#${own}partial-${look})` : isAlone ? nothing : `url(#${own}fill-${look})`
    return svg`<rect class="column ${isPartial ? 'partial' : ''} ${at === active ? 'active' : ''}" fill=${fill}
      x=${round((frame.xs[at] ?? 0) - width / 2)} width=${round(width)}
      y=${round(Math.min(start, end))} height=${round(Math.abs(end - start))}></rect>`
  })}</g>`
}

const barWidth = ({ step }: Frame): number => Math.max(1, Math.min(widestBar, step * barPart))

/** What is compared with: dashed; over bars a line across each. */
function renderEarlier({ look, numbers }: Drawing['earlier'][number], { plan, frame, drawing }: Marks): TemplateResult {
  const name = `line earlier look-${look} ${drawing.series.length === 1 ? 'alone' : ''} ${drawing.kind}`
  if (drawing.kind !== 'bars')
    return svg`${runsIn(numbers, plan).map((run) =>
      run.length > 1
        ? svg`<path class=${name} d=${linePath(run, numbers, frame)}></path>`
        : svg`<g class=${name}>${run.map((at) => renderShape(look, frame.xs[at] ?? 0, frame.y(numbers[at] ?? 0)))}</g>`,
    )}`
  const half = Math.min(frame.step / 2, barWidth(frame) / 2 + 3)
  const d = numbers.map((number, at) =>
    number === null ? '' : `M${round((frame.xs[at] ?? 0) - half)} ${round(frame.y(number))}h${round(2 * half)}`,
  )
  return svg`<path class=${name} d=${d.join('')}></path>`
}
