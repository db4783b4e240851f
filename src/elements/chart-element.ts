import { html, type nothing, type PropertyDeclarations, type TemplateResult } from 'lit'
import type { ReportAnswer } from '../http/wire.ts'
import { ReportElement } from './report-element.ts'
import { chart } from './styles/chart.ts'
import { palette } from './styles/palette.ts'
import { table } from './styles/table.ts'
import { renderTable } from './table-view.ts'

/**
 * An element that draws a report. Whoever would rather read its rows gets them as a table, of the same height.
 *
 * @csspart chart - the plot with its axes.
 * @csspart legend - which series is which.
 * @csspart tooltip - what is said of one point.
 * @csspart table - the rows, where they are shown in place of the drawing.
 */
export abstract class ChartElement extends ReportElement {
  static override properties: PropertyDeclarations = {
    periods: { type: Object },
    digits: { type: Number },
    asTable: { type: Boolean, attribute: 'as-table', reflect: true },
  }
  static override styles = [...ReportElement.styles, table, palette, chart]

  /** What the periods of a comparison are called, by their names: `{"current": "This month"}`. */
  declare periods: Readonly<Record<string, string>> | undefined
  /** Digits after the point; what the column says unless given. */
  declare digits: number | undefined
  /** Whether the rows are shown in place of the drawing. */
  declare asTable: boolean

  constructor() {
    super()
    this.asTable = false
  }

  protected abstract renderChart(answer: ReportAnswer): TemplateResult

  protected override renderAnswer(answer: ReportAnswer): TemplateResult {
    if (!this.asTable) return this.renderChart(answer)
    const { language, periods } = this
    return html`<div class="chart rows">${renderTable(answer, { language, columns: [], rows: answer.rows, periods })}</div>`
  }

  protected override renderActions(_answer: ReportAnswer): TemplateResult | typeof nothing {
    const { charts } = this.language.messages
    return html`<button class="switch" @click=${() => {
      this.asTable = !this.asTable
    }}>${this.asTable ? charts.showChart : charts.showTable}</button>`
  }
}
