import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit'
import type { ColumnDescription, ReadRequest, ReportAnswer } from '../http/wire.ts'
import { changeOf } from './change.ts'
import { changeText, judgementOf } from './change-text.ts'
import { renderSpark } from './chart/spark.ts'
import { type CellValue, type FormatOptions, formatValue, noValue } from './format-value.ts'
import { ReportElement } from './report-element.ts'
import { palette } from './styles/palette.ts'
import { spark } from './styles/spark.ts'
import { value } from './styles/value.ts'

type Row = ReportAnswer['rows'][number]

/**
 * `<millrace-value report="booking-comparison" measure="bookings">`: one figure, and in a comparison how it moved against
 * the period before.
 *
 * @csspart value - the figure.
 * @csspart change - how it moved, or the note.
 * @csspart spark - the line below.
 */
export class MillraceValue extends ReportElement {
  static override properties: PropertyDeclarations = {
    measure: {},
    row: {},
    digits: { type: Number },
    note: {},
    spark: {},
    sparkParams: { type: Object, attribute: 'spark-params' },
  }
  static override styles = [...ReportElement.styles, value, palette, spark]

  /** The column of the answer that holds the figure; its first measure unless given. */
  declare measure: string | undefined
  /** Which row of an answer of several: `first` or `last`. Unless given, of a report with time the latest, of others the first. */
  declare row: 'first' | 'last' | undefined
  /** Digits after the point; what the column says unless given. */
  declare digits: number | undefined
  /** A short text below the figure, where it has nothing to be compared with. */
  declare note: string | undefined
  /** A report with time whose figure is drawn as a line below; empty: this one. */
  declare spark: string | undefined
  /** What the reader gives to that other report. */
  declare sparkParams: Readonly<Record<string, unknown>> | undefined

  protected override readonly isWholeReport = false

  protected override labelOf(answer: ReportAnswer): string | undefined {
    return this.#column(answer)?.label
  }

  protected override renderAnswer(answer: ReportAnswer): TemplateResult {
    const column = this.#column(answer)
    const row = this.#row(answer)
    if (column === undefined || row === undefined) return html`<p class="value">${noValue}</p>`
    const options: FormatOptions = { language: this.language, timeZone: answer.timeZone, digits: this.digits }
    const [current, previous] = valuesOf(column, row)
    return html`<p part="value" class="value">${
      current === null || current === undefined
        ? html`<span aria-hidden="true">${noValue}</span><span class="unseen">${this.language.messages.noValue}</span>`
        : formatValue(column, current, options)
    }</p>
    <p part="change" class="change">${
      column.periods === undefined ? (this.note ?? nothing) : this.#renderChange(column, current, previous, options)
    }</p>
    ${this.spark === undefined ? nothing : html`<div class="spark-room">${this.#renderSpark(this.spark, column, answer)}</div>`}`
  }

  protected override alsoReads(): readonly ReadRequest[] {
    const { spark, sparkParams: params } = this
    return spark === undefined || spark === '' ? [] : [params ? { report: spark, params } : { report: spark }]
  }

  protected override renderSkeleton(): TemplateResult {
    return html`<p class="value"><span class="bone figure"></span></p>
      <p class="change"><span class="bone change-words"></span></p>
      ${this.spark === undefined ? nothing : html`<div class="spark-room"></div>`}`
  }

  #renderSpark(report: string, { name }: ColumnDescription, answer: ReportAnswer) {
    if (report === '') return renderSpark(answer, name, this.language)
    return html`<millrace-spark exportparts="spark" .report=${report} .params=${this.sparkParams} .measure=${name}></millrace-spark>`
  }

  #row({ columns, rows }: ReportAnswer): Row | undefined {
    if (this.row !== undefined) return rows.at(this.row === 'last' ? -1 : 0)
    const time = columns.find(({ role, periods }) => role === 'time' && periods === undefined)?.name
    return rows.reduce<Row | undefined>(
      (latest, row) =>
        latest === undefined || (time !== undefined && String(row[time]) > String(latest[time])) ? row : latest,
      undefined,
    )
  }

  #renderChange(column: ColumnDescription, current: CellValue, previous: CellValue, options: FormatOptions) {
    const { messages } = this.language
    const change = changeOf(column, current, previous)
    if (change === undefined) return messages.noEarlier
    const from = html`<span class="from">${messages.from(formatValue(column, previous, options))}</span>`
    if (change.direction === 'same') return html`${messages.noChange}, ${from}`
    return html`<span class="by ${change.tone}"
      ><span aria-hidden="true">${change.direction === 'up' ? '▲' : '▼'}</span> ${changeText(change, this.language)}</span> <span class="unseen">${judgementOf(change.tone, messages)}</span> ${from}`
  }

  #column({ columns }: ReportAnswer): ColumnDescription | undefined {
    return this.measure === undefined
      ? columns.find(({ role }) => role === 'measure')
      : columns.find(({ name }) => name === this.measure)
  }
}

/** The value; in a comparison that of its first period, then that of its second. */
function valuesOf({ name, periods }: ColumnDescription, row: Row): readonly CellValue[] {
  const cell = row[name]
  if (periods === undefined) return [cell as CellValue]
  return periods.map((period) => (cell as Readonly<Record<string, CellValue>> | undefined)?.[period])
}
