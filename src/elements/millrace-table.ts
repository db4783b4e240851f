import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit'
import type { ReportAnswer } from '../http/wire.ts'
import { numberFormat } from './format-value.ts'
import { ReportElement } from './report-element.ts'
import { table } from './styles/table.ts'
import { type CellContext, greatestOf, renderCell } from './table-cell.ts'
import { renderHead } from './table-head.ts'
import { planTable } from './table-plan.ts'

const names = {
  fromAttribute: (text: string | null) => text?.split(',').map((name) => name.trim()) ?? [],
  toAttribute: (list: readonly string[]) => list.join(','),
}

/** `<millrace-table report="active-vulnerabilities" columns="severity,group,active" rows="8">`: the rows of a report. */
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
  /** How many rows are shown before the reader asks for all. 10. */
  declare rows: number
  /** A column whose numbers also stand as bars. */
  declare bar: string | undefined
  /** What the periods of a comparison are called, by their names: `{"current": "This month"}`. */
  declare periods: Readonly<Record<string, string>> | undefined
  declare protected expanded: boolean

  #lastCount: number | undefined

  constructor() {
    super()
    this.columns = []
    this.rows = 10
    this.expanded = false
  }

  protected override renderAnswer(answer: ReportAnswer): TemplateResult {
    const plan = planTable(answer.columns, this.columns)
    const shown = this.expanded ? answer.rows : answer.rows.slice(0, this.rows)
    this.#lastCount = shown.length
    const cells: CellContext = {
      language: this.language,
      timeZone: answer.timeZone,
      isComparison: plan.hasPeriods,
      greatest: this.bar === undefined ? undefined : greatestOf(this.bar, plan.columns, answer.rows),
    }
    return html`<div class="scroll" role="region" tabindex="0" aria-labelledby="heading">
      <table part="table">
        <thead>
          ${renderHead(plan, this.periods, this.language.messages)}
        </thead>
        <tbody>
          ${shown.map((row) => html`<tr>${plan.columns.map((column) => renderCell(column, row, cells))}</tr>`)}
        </tbody>
      </table>
    </div>`
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
    const count = this.#lastCount ?? this.rows
    const line = html`<div class="line"><span class="bone"></span><span class="bone"></span></div>`
    return html`<div class="lines">${Array.from({ length: count + 1 }, () => line)}</div>`
  }
}
