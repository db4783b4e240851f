import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit'
import type { ReportAnswer } from '../http/wire.ts'
import { numberFormat } from './format-value.ts'
import { names } from './name-list.ts'
import { ReportElement } from './report-element.ts'
import { table } from './styles/table.ts'
import { renderTable } from './table-view.ts'

/**
 * `<millrace-table report="active-vulnerabilities" columns="severity,group,active" rows="8">`: the rows of a report.
 *
 * @csspart table - the rows.
 * @csspart cell - each cell; with it the name of its column, and of an enum's the name and the value: `::part(severity-critical)`.
 */
export class MillraceTable extends ReportElement {
  static override properties: PropertyDeclarations = {
    columns: { converter: names },
    rows: { type: Number },
    bar: {},
    periods: { type: Object },
    expanded: { state: true },
  }
  static override styles = [...ReportElement.styles, table]

  /** The columns that are shown, in order; all unless given. */
  declare columns: readonly string[]
  /** How many rows are shown before the reader asks for all. 10. Room for as many is kept. */
  declare rows: number
  /** A column whose numbers also stand as bars. */
  declare bar: string | undefined
  /** What the periods of a comparison are called, by their names: `{"current": "This month"}`. */
  declare periods: Readonly<Record<string, string>> | undefined
  declare protected expanded: boolean

  /** Of the last answer, for the room that the next will take. */
  #last = { rows: 0, heads: 1 }

  constructor() {
    super()
    this.columns = []
    this.rows = 10
    this.expanded = false
  }

  protected override renderAnswer(answer: ReportAnswer): TemplateResult {
    const { language, columns, periods, bar } = this
    const rows = this.expanded ? answer.rows : answer.rows.slice(0, this.rows)
    this.#last = { rows: rows.length, heads: answer.columns.some((column) => column.periods !== undefined) ? 2 : 1 }
    const shown = renderTable(answer, { language, columns, rows, periods, bar })
    if (rows.length >= this.rows) return shown
    return html`<div class="instead"><div class="hidden" aria-hidden="true">${this.renderSkeleton()}</div>${shown}</div>`
  }

  protected override renderActions({ rows }: ReportAnswer): TemplateResult | typeof nothing {
    if (rows.length <= this.rows) return nothing
    const { messages, locale } = this.language
    const all = numberFormat(locale, {}).format(rows.length)
    return html`<button aria-expanded=${this.expanded} @click=${() => {
      this.expanded = !this.expanded
    }}>${this.expanded ? messages.showFewer : messages.showAll(all)}</button>`
  }

  protected override renderSkeleton(): TemplateResult {
    // Periods are given to comparisons, whose headings take two lines.
    const heads = Math.max(this.#last.heads, this.periods === undefined ? 1 : 2)
    const bones = html`<span class="bone"></span><span class="bone"></span>`
    const lines = (count: number, kind: string) =>
      Array.from({ length: count }, () => html`<div class="line ${kind}">${bones}</div>`)
    return html`<div class="lines">${lines(heads, 'head')}${lines(Math.max(this.#last.rows, this.rows), '')}</div>`
  }
}
