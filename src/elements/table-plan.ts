import type { ColumnDescription, ReportAnswer } from '../http/wire.ts'
import { type CellValue, isNumeric } from './format-value.ts'

type Row = ReportAnswer['rows'][number]

/** A column as a table shows it: one of the answer's, or of a comparison one period of it. */
export interface ShownColumn {
  readonly column: ColumnDescription
  readonly period?: string
  /** The first that says what a row is about: its cells are the rows' headings. */
  readonly isHeading: boolean
  readonly isNumber: boolean
  readonly valueOf: (row: Row) => CellValue
}

/** A heading over one column, or over the periods of one. */
interface HeadCell {
  readonly column: ColumnDescription
  readonly span: number
  readonly isNumber: boolean
}

export interface TablePlan {
  readonly heads: readonly HeadCell[]
  readonly columns: readonly ShownColumn[]
  /** Whether the table has a second line of headings, for the periods. */
  readonly hasPeriods: boolean
}

/** The columns that are shown, in order: those named, else all. A dimension that has labels shows them in its place. */
export function planTable(all: readonly ColumnDescription[], names: readonly string[] = []): TablePlan {
  const labelled = new Set(all.filter(({ role }) => role === 'label').map(({ name }) => name))
  const chosen =
    names.length === 0
      ? all.filter(({ role }) => role !== 'label')
      : names.flatMap((name) => all.find((column) => column.name === name) ?? [])
  const columns = chosen.flatMap((column, at): ShownColumn[] => {
    const label = `${column.name}Label`
    const base = { column, isHeading: at === 0, isNumber: isNumeric(column) && !labelled.has(label) }
    if (column.periods !== undefined)
      return column.periods.map((period) => ({
        ...base,
        isHeading: false,
        period,
        valueOf: (row) => (row[column.name] as Readonly<Record<string, CellValue>> | undefined)?.[period],
      }))
    if (!labelled.has(label)) return [{ ...base, valueOf: (row) => row[column.name] as CellValue }]
    const text: ColumnDescription = { ...column, kind: 'text' }
    return [{ ...base, column: text, valueOf: (row) => (row[label] ?? row[column.name]) as CellValue }]
  })
  return {
    heads: chosen.map((column) => ({
      column,
      span: column.periods?.length ?? 1,
      isNumber: isNumeric(column) && !labelled.has(`${column.name}Label`),
    })),
    columns,
    hasPeriods: columns.some(({ period }) => period !== undefined),
  }
}
