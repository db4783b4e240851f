import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit'
import type { ReportAnswer } from '../http/wire.ts'
import { judgementOf } from './change-text.ts'
import { planBars } from './chart/bars-plan.ts'
import { type BarsContext, barWords, rankingWords } from './chart/bars-words.ts'
import { periodLabel } from './chart/period-label.ts'
import { PointReader } from './chart/point-reader.ts'
import { renderBar, renderBarsLegend } from './chart/render-bar.ts'
import { ChartElement } from './chart-element.ts'
import { numberFormat } from './format-value.ts'
import { bars } from './styles/bars.ts'

/**
 * `<millrace-bars report="bookings-by-channel" measure="bookings" share="part">`: one figure by what the rows are about, the greatest
 * first.
 */
export class MillraceBars extends ChartElement {
  static override properties: PropertyDeclarations = {
    measure: {},
    share: {},
    order: {},
    rows: { type: Number },
    expanded: { state: true },
  }
  static override styles = [...ChartElement.styles, bars]

  /** The figure; the report's first unless given. */
  declare measure: string | undefined
  /** A column that says which part of the whole each is. */
  declare share: string | undefined
  /** `rank`: the greatest first. `report`: in the report's own order. */
  declare order: 'rank' | 'report'
  /** How many bars are shown before the reader asks for all. 6. Room for as many is kept. */
  declare rows: number
  declare protected expanded: boolean

  #count = 0
  readonly #reader = new PointReader(this, {
    count: () => this.#count,
    nearest: (_x, y) => this.#rowAt(y),
    direction: () => 'down',
  })

  constructor() {
    super()
    this.order = 'rank'
    this.rows = 6
    this.expanded = false
  }

  protected override renderChart(answer: ReportAnswer): TemplateResult {
    const { measure, share, order, language, periods, digits } = this
    const { messages } = language
    const plan = planBars(answer, { measure, share, order, language })
    if (plan === undefined) return html`<p class="message">${messages.empty}</p>`
    const shown = this.expanded ? plan.bars : plan.bars.slice(0, this.rows)
    this.#count = shown.length
    const context: BarsContext = { plan, language, timeZone: answer.timeZone, digits, periods }
    const { active, isByKey } = this.#reader
    const isRightToLeft = getComputedStyle(this).direction === 'rtl'
    const [current] = plan.periods
    const currentPeriod = current === undefined ? plan.column.label : periodLabel(current, context)
    const words = shown.map((bar) => barWords(bar, context))
    return html`<div class="ranking" part="chart">
      <div class="reserve" aria-hidden="true">${this.#bones()}</div>
      <div class="room-of-bars">
      ${renderBarsLegend(context)}
      <div
        class="plot"
        role="group"
        tabindex="0"
        aria-labelledby="heading"
        aria-describedby="trend hint"
        @keydown=${this.#reader.key}
        @pointerdown=${this.#reader.point}
        @pointermove=${this.#reader.point}
        @pointerleave=${this.#reader.leave}
        @blur=${this.#reader.blur}
      >
        <ol class="bars ${plan.share === undefined ? '' : 'with-share'} ${shown.length < this.rows ? 'few' : ''}">
          ${shown.map((bar, at) => {
            const said = words[at] as (typeof words)[number]
            return renderBar(bar, {
              plan,
              words: said,
              isActive: at === active,
              isRightToLeft,
              currentPeriod,
              judgement: judgementOf(said.change?.tone, messages),
            })
          })}
        </ol>
      </div>
      </div>
      <div class="unseen" id="trend">${rankingWords(context)}</div>
      <div hidden id="hint">${messages.charts.hint}</div>
      <div class="unseen" aria-live="polite">${isByKey && active !== undefined ? words[active]?.sentence : nothing}</div>
    </div>`
  }

  protected override renderActions(answer: ReportAnswer): TemplateResult | typeof nothing {
    const { messages, locale } = this.language
    if (this.asTable || answer.rows.length <= this.rows) return super.renderActions(answer)
    const all = numberFormat(locale, {}).format(answer.rows.length)
    return html`<span class="actions">
      <button aria-expanded=${this.expanded} @click=${() => {
        this.expanded = !this.expanded
      }}>${this.expanded ? messages.showFewer : messages.showAll(all)}</button>
      ${super.renderActions(answer)}
    </span>`
  }

  protected override renderSkeleton(): TemplateResult {
    return html`<div class="ranking">${this.#bones()}</div>`
  }

  #bones(): readonly TemplateResult[] {
    return Array.from(
      { length: this.rows },
      () => html`<div class="line"><span class="bone"></span><span class="bone"></span></div>`,
    )
  }

  #rowAt(y: number): number | undefined {
    const rows = [...this.renderRoot.querySelectorAll('.bars > li')] as HTMLElement[]
    const found = rows.findIndex((row) => y < row.offsetTop + row.offsetHeight)
    return found < 0 ? (rows.length === 0 ? undefined : rows.length - 1) : found
  }
}
