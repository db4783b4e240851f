import type { ColumnDescription, ReportAnswer } from '../../http/wire.ts'
import type { CellValue } from '../format-value.ts'

export type Row = ReportAnswer['rows'][number]

/** A row's value of a column; in a comparison that of one of its periods. */
export function cellValue(row: Row, { name, periods }: ColumnDescription, period: string | undefined): CellValue {
  const cell = row[name]
  if (periods === undefined) return cell as CellValue
  return (cell as Readonly<Record<string, CellValue>> | undefined)?.[period ?? periods[0] ?? '']
}

/** How far along a value is drawn. What is written beside it comes from the exact text. */
export function numberOf(value: CellValue): number | null {
  if (value === null || value === undefined || typeof value === 'boolean') return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}
