import { nothing, svg, type TemplateResult } from 'lit'
import type { Drawing } from './drawing.ts'
import type { Frame } from './frame.ts'
import { areaPath, columnsPath, columnWidth, linePath, runsIn, splitRun } from './paths.ts'
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
  { plan, frame, labelled, drawing }: Marks,
): TemplateResult {
  const runs = runsIn(numbers, plan)
  const last = runs.at(-1)?.at(-1)
  const isStacked = drawing.extents !== undefined && drawing.series.length > 1
  const marksAll = frame.step >= closest(drawing.series.length) && !isStacked
  const marksSome = drawing.series.length > 1 && !isStacked
  const isMarked = (at: number, { length }: Run) =>
    length === 1 || (at === last && !isStacked) || marksAll || (marksSome && labelled.has(at))
  return svg`<g class="look-${look} ${drawing.series.length === 1 ? 'alone' : ''}">${runs.map((run) => {
    const { whole, partial } = splitRun(run, plan.slots, period)
    return svg`<path class="line" d=${linePath(whole, numbers, frame)}></path>
      <path class="line partial" d=${linePath(partial, numbers, frame)}></path>
      ${run
        .filter((at) => isMarked(at, run))
        .map((at) => {
          const isPartial = plan.slots[at]?.partial.includes(period) ?? false
          const name = isPartial ? 'point partial' : 'point'
          return renderShape(look, frame.xs[at] ?? 0, frame.y(numbers[at] ?? 0), name)
        })}`
  })}</g>`
}

function renderArea(series: Series, extents: readonly Extent[], marks: Marks): TemplateResult {
  const { plan, frame, drawing } = marks
  const { look, period } = series
  const tops = extents.map((extent) => extent?.[1] ?? null)
  const isAlone = drawing.series.length === 1
  return svg`<g class="look-${look} ${isAlone ? 'alone' : ''}">${runsIn(tops, plan).map((run) => {
    const { whole, partial } = splitRun(run, plan.slots, period)
    return svg`<path class="area" fill=${isAlone ? nothing : `url(#fill-${look})`} d=${areaPath(whole, extents, frame)}></path>
      <path class="area partial" fill="url(#partial-${look})" d=${areaPath(partial, extents, frame)}></path>`
  })}</g>
  ${renderLine(series, tops, marks)}`
}

function renderBars({ look, period }: Series, extents: readonly Extent[], { plan, frame, drawing }: Marks) {
  const isAlone = drawing.series.length === 1
  const isPartial = (at: number) => plan.slots[at]?.partial.includes(period) ?? false
  const whole = columnsPath(extents, frame, (at) => !isPartial(at))
  const partial = columnsPath(extents, frame, isPartial)
  return svg`<g class="look-${look} ${isAlone ? 'alone' : ''}">
    <path class="column" fill=${isAlone ? nothing : `url(#fill-${look})`} d=${whole}></path>
    <path class="column partial" fill="url(#partial-${look})" d=${partial}></path>
  </g>`
}

/** What is compared with: dashed; over bars a line across each. */
function renderEarlier({ look, numbers }: Drawing['earlier'][number], { plan, frame, drawing }: Marks): TemplateResult {
  const name = `line earlier look-${look} ${drawing.series.length === 1 ? 'alone' : ''} ${drawing.kind}`
  if (drawing.kind !== 'bars')
    return svg`${runsIn(numbers, plan).map((run) =>
      run.length > 1
        ? svg`<path class=${name} d=${linePath(run, numbers, frame)}></path>`
        : svg`<g class=${name}>${run.map((at) => renderShape(look, frame.xs[at] ?? 0, frame.y(numbers[at] ?? 0)))}</g>`,
    )}`
  const half = Math.min(frame.step / 2, columnWidth(frame) / 2 + 3)
  const d = numbers.map((number, at) =>
    number === null ? '' : `M${round((frame.xs[at] ?? 0) - half)} ${round(frame.y(number))}h${round(2 * half)}`,
  )
  return svg`<path class="halo" d=${d.join('')}></path><path class=${name} d=${d.join('')}></path>`
}

/** The point that is being read, marked over what is drawn. */
export function renderActive(active: number, { plan, drawing, frame }: Omit<Marks, 'labelled'>): TemplateResult {
  const x = frame.xs[active] ?? 0
  if (drawing.kind === 'bars') {
    const outline =
      drawing.extents?.map((extents) => extents.map((extent, at) => (at === active ? extent : null))) ?? []
    return svg`<path class="outline" d=${outline.map((extents) => columnsPath(extents, frame, () => true)).join('')}></path>`
  }
  return svg`${drawing.series.map(({ look, numbers, period }, at) => {
    const value = drawing.extents === undefined ? numbers[active] : drawing.extents[at]?.[active]?.[1]
    if (value === null || value === undefined) return nothing
    const partial = plan.slots[active]?.partial.includes(period) ? 'partial' : ''
    return svg`<g class="look-${look} ${drawing.series.length === 1 ? 'alone' : ''}">${renderShape(look, x, frame.y(value), `point active ${partial}`)}</g>`
  })}`
}
