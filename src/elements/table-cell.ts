import { html, nothing, svg, type TemplateResult } from 'lit'
import type { ReportAnswer } from '../http/wire.ts'
import { toneOf } from './change.ts'
import { judgementOf } from './change-text.ts'
import { type CellValue, formatValue, noValue } from './format-value.ts'
import type { Language } from './messages.ts'
import type { ShownColumn } from './table-plan.ts'

type Row = ReportAnswer['rows'][number]

export interface CellContext {
  readonly language: Language
  readonly timeZone: string
  readonly isComparison: boolean
  /** The column whose numbers also stand as bars, and the greatest of them. */
  readonly greatest: { readonly name: string; readonly value: number } | undefined
}

export function greatestOf(
  name: string,
  columns: readonly ShownColumn[],
  rows: readonly Row[],
): CellContext['greatest'] {
  const column = columns.find((each) => each.column.name === name && each.isNumber)
  if (column === undefined) return undefined
  return { name, value: rows.reduce((greatest, row) => Math.max(greatest, Number(column.valueOf(row) ?? 0)), 0) }
}

export function renderCell(shown: ShownColumn, row: Row, context: CellContext): TemplateResult {
  const { column, isHeading, isNumber } = shown
  const value = shown.valueOf(row)
  const content = renderContent(shown, value, context)
  if (isHeading) return html`<th scope="row" part=${partOf(shown, value)}>${content}</th>`
  const hasBar = context.greatest?.name === column.name
  return html`<td class=${isNumber ? 'number' : nothing} part=${partOf(shown, value)}>${
    hasBar ? renderBar(content, Number(value ?? 0), context.greatest?.value ?? 0) : content
  }</td>`
}

function renderContent({ column }: ShownColumn, value: CellValue, context: CellContext) {
  const { language, timeZone, isComparison } = context
  if (value === null || value === undefined)
    return html`<span class="none" aria-hidden="true">${noValue}</span><span class="unseen">${language.messages.noValue}</span>`
  // In a comparison the one value that does not stand under a period is how much something grew.
  const isGrowth = isComparison && column.role === 'derived' && column.periods === undefined
  const text = formatValue(column, value, { language, timeZone, sign: isGrowth })
  if (!isGrowth) return text
  const tone = toneOf(column, Number(value))
  const arrow = Number(value) > 0 ? '▲' : Number(value) < 0 ? '▼' : ''
  return html`<span class="growth ${tone}"><span class="arrow" aria-hidden="true">${arrow}</span> ${text}</span> <span class="unseen">${judgementOf(tone, language.messages)}</span>`
}

/** For a page that gives a value of an enum a look of its own: `::part(severity-critical)`. */
function partOf({ column }: ShownColumn, value: CellValue): string {
  return column.kind === 'enum' ? `cell ${column.name} ${column.name}-${value}` : `cell ${column.name}`
}

/** A number and, beside it, a bar. Its width is an attribute and no style, which a strict content security policy refuses. */
function renderBar(content: unknown, value: number, greatest: number): TemplateResult {
  const width = greatest > 0 ? Math.max(0, (100 * value) / greatest) : 0
  return html`<div class="with-bar">
    <svg class="bar" aria-hidden="true">${svg`
      <rect class="track" width="100%" height="100%" rx="3"></rect>
      <rect class="fill" width="${width.toFixed(1)}%" height="100%" rx="3"></rect>`}
    </svg>
    <span>${content}</span>
  </div>`
}
