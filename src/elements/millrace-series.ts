import { html, nothing, type PropertyDeclarations, svg, type TemplateResult } from 'lit'
import type { ReportAnswer } from '../http/wire.ts'
import { renderTimeAxis, renderValueAxis } from './chart/axes.ts'
import { type Drawing, drawingOf, type SeriesKind } from './chart/drawing.ts'
import type { Frame, Size } from './chart/frame.ts'
import type { Grain } from './chart/grain.ts'
import { kept } from './chart/kept.ts'
import { type Layout, layOut } from './chart/layout.ts'
import { renderLegend } from './chart/legend.ts'
import { renderActive, renderMarks } from './chart/marks.ts'
import { renderPatterns } from './chart/patterns.ts'
import { PlotSize } from './chart/plot-size.ts'
import { PointReader } from './chart/point-reader.ts'
import { planSeries, type SeriesPlan } from './chart/series-plan.ts'
import { type PointWords, pointWords, trendWords, type WordsContext } from './chart/series-words.ts'
import { textWidth } from './chart/text-width.ts'
import { axisText } from './chart/tick-room.ts'
import { renderTooltip } from './chart/tooltip.ts'
import { ChartElement } from './chart-element.ts'
import { numberFormat } from './format-value.ts'
import type { Language } from './messages.ts'
import { names } from './name-list.ts'

/**
 * `<millrace-series report="vulnerability-trend" measures="opened,resolved" kind="areas">`: how figures went over time, for a report that
 * has time; a figure of several by the values of a dimension.
 */
export class MillraceSeries extends ChartElement {
  static override properties: PropertyDeclarations = {
    measures: { converter: names },
    kind: {},
    split: {},
    grain: {},
  }

  /** The figures that are drawn, in order; all that one axis can hold unless given. */
  declare measures: readonly string[]
  /** `lines`, `areas` that stand on each other, or `bars` that do. */
  declare kind: SeriesKind
  /** The dimension whose values are the series; the report's only one unless given. */
  declare split: string | undefined
  /** How long each bucket of a report in SQL is: `day`, `month`. Where it is known, one that is missing is a gap. */
  declare grain: Grain | undefined

  readonly #room = new PlotSize(this)
  #xs: readonly number[] = []
  #seriesCount = 0
  readonly #reader = new PointReader(this, {
    count: () => this.#xs.length,
    nearest: (x) => nearest(this.#xs, x),
    direction: () => (this.#isRightToLeft ? 'left' : 'right'),
    series: () => this.#seriesCount,
  })

  // A chart of thousands of points is rendered at each movement of a pointer; then only what is read changes.
  readonly #plan = kept(
    (
      answer: ReportAnswer,
      measures: readonly string[],
      split: string | undefined,
      grain: Grain | undefined,
      language: Language,
    ) => planSeries(answer, { measures, split, grain, language }),
  )
  readonly #drawing = kept(drawingOf)
  readonly #layout = kept(
    (plan: SeriesPlan, drawing: Drawing, size: Size, language: Language, isRightToLeft: boolean) =>
      layOut({ plan, drawing, size, language, isRightToLeft, widthOf: textWidth(this, axisText) }),
  )
  /** What stands still while points are read. */
  readonly #still = kept((plan: SeriesPlan, drawing: Drawing, { frame, valueTicks, timeTicks }: Layout) => {
    const labelled = new Set(timeTicks.map(({ at }) => at))
    return svg`${renderPatterns(drawing.series.length)}
      ${renderValueAxis(frame, valueTicks)}
      ${renderTimeAxis(frame, timeTicks, textWidth(this, axisText))}
      ${renderMarks({ plan, drawing, frame, labelled })}`
  })
  readonly #trend = kept(
    (plan: SeriesPlan, language: Language, periods: WordsContext['periods'], digits: number | undefined) =>
      trendWords({ plan, language, periods, digits }).join(' '),
  )

  constructor() {
    super()
    this.measures = []
    this.kind = 'lines'
  }

  protected override renderSkeleton(): TemplateResult {
    return html`<span class="bone plot-bone"></span>`
  }

  protected override renderChart(answer: ReportAnswer): TemplateResult {
    const { measures, split, grain, language, periods, digits } = this
    const { messages, locale } = language
    const plan = this.#plan(answer, measures, split, grain, language)
    if (plan === undefined) return html`<p class="message">${messages.empty}</p>`
    const drawing = this.#drawing(plan, this.kind)
    const words: WordsContext = { plan, language, periods, digits }
    this.#seriesCount = plan.series.length
    const { active, series, isByKey } = this.#reader
    const said = active === undefined ? undefined : pointWords(active, words, series)
    const number = numberFormat(locale, {})
    return html`<div part="chart" class="chart">
      ${renderLegend(drawing, words)}
      <div
        class="plot"
        role="application"
        tabindex="0"
        aria-labelledby="heading"
        aria-roledescription=${messages.charts.chart}
        aria-describedby="hint"
        @keydown=${this.#reader.key}
        @pointerdown=${this.#reader.point}
        @pointermove=${this.#reader.point}
        @pointerleave=${this.#reader.leave}
        @blur=${this.#reader.blur}
      >
        <svg role="img" aria-labelledby="heading" aria-describedby="trend">
          ${this.#room.size === undefined ? nothing : this.#renderDrawing(plan, drawing, this.#room.size, said)}
        </svg>
      </div>
      ${
        plan.seriesInAll > drawing.series.length
          ? html`<p class="note">${messages.charts.onlyGreatest(number.format(drawing.series.length), number.format(plan.seriesInAll))}</p>`
          : nothing
      }
      <div class="unseen" id="trend">${this.#trend(plan, language, periods, digits)}</div>
      <div hidden id="hint">${messages.charts.hint}</div>
      <div class="unseen" aria-live="polite">${isByKey ? said?.sentence : nothing}</div>
    </div>`
  }

  #renderDrawing(plan: SeriesPlan, drawing: Drawing, size: Size, said: PointWords | undefined): TemplateResult {
    const layout = this.#layout(plan, drawing, size, this.language, this.#isRightToLeft)
    const { frame } = layout
    this.#xs = frame.xs
    const { active } = this.#reader
    const isAlone = drawing.series.length === 1
    return svg`${this.#still(plan, drawing, layout)}
    ${
      active === undefined || said === undefined
        ? nothing
        : svg`${renderRule(frame, active)}
          ${renderActive(active, { plan, drawing, frame })}
          ${renderTooltip({ words: said, frame, x: frame.xs[active] ?? 0, kind: drawing.kind, isAlone })}`
    }`
  }

  get #isRightToLeft(): boolean {
    return getComputedStyle(this).direction === 'rtl'
  }
}

function renderRule({ xs, top, bottom }: Frame, active: number): TemplateResult {
  const x = Math.round(xs[active] ?? 0) + 0.5
  return svg`<line class="rule" x1=${x} x2=${x} y1=${top} y2=${bottom}></line>`
}

function nearest(xs: readonly number[], x: number): number | undefined {
  let found: number | undefined
  xs.forEach((each, at) => {
    if (found === undefined || Math.abs(each - x) < Math.abs((xs[found] as number) - x)) found = at
  })
  return found
}
