import { html, type TemplateResult } from 'lit'
import type { ReportAnswer } from '../http/wire.ts'
import type { Language } from './messages.ts'
import { type CellContext, greatestOf, renderCell } from './table-cell.ts'
import { renderHead } from './table-head.ts'
import { planTable } from './table-plan.ts'

export interface TableView {
  readonly language: Language
  /** The columns that are shown, in order; all where there are none. */
  readonly columns: readonly string[]
  /** The rows that are shown; bars are drawn in proportion to all. */
  readonly rows: ReportAnswer['rows']
  /** What the periods of a comparison are called, by their names. */
  readonly periods: Readonly<Record<string, string>> | undefined
  /** A column whose numbers also stand as bars. */
  readonly bar?: string | undefined
}

/** Rows of an answer as a table, in a frame that scrolls where they are wider. */
export function renderTable(
  answer: ReportAnswer,
  { language, columns, rows, periods, bar }: TableView,
): TemplateResult {
  const plan = planTable(answer.columns, columns)
  const cells: CellContext = {
    language,
    timeZone: answer.timeZone,
    isComparison: plan.hasPeriods,
    greatest: bar === undefined ? undefined : greatestOf(bar, plan.columns, answer.rows),
  }
  return html`<div class="scroll" role="group" tabindex="0" aria-labelledby="heading">
    <table part="table">
      <thead>
        ${renderHead(plan, periods, language.messages)}
      </thead>
      <tbody>
        ${rows.map((row) => html`<tr>${plan.columns.map((column) => renderCell(column, row, cells))}</tr>`)}
      </tbody>
    </table>
  </div>`
}
