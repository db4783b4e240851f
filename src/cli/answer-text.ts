import type { ColumnDescription, ReportAnswer } from '../http/wire.ts'
import type { ColumnKind } from '../report/column.ts'
import { formatExact, parseExact, rescale } from '../report/decimal.ts'
import type { Row } from '../report/write-row.ts'
import { freshnessText, tookText } from './freshness-text.ts'
import { type Output, printable } from './output.ts'
import { type TableColumn, table } from './table.ts'

const numbers: readonly ColumnKind[] = ['integer', 'bigint', 'decimal', 'real']

interface Cell extends TableColumn {
  readonly of: (row: Row) => unknown
}

/** A report's answer as a person reads it in a terminal: its rows as a table, then how current they are. */
export function answerText(answer: ReportAnswer, milliseconds: number, { paint }: Output): string {
  const cells = answer.columns.flatMap(cellsOf)
  const rows = answer.rows.map((row) => cells.map(({ of }) => textOf(of(row))))
  const count = `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`
  const facts = `${count}, ${freshnessText(answer)}, answered by the ${answer.engine} in ${tookText(milliseconds)}`
  const stale = answer.stale ? `${paint('yellow', 'Stale: older than the report allows (freshWithin).')}\n` : ''
  return `${table(cells, rows)}\n${paint('dim', `${facts}; days are those of ${answer.timeZone}`)}\n${stale}`
}

/** A column of the table for each value of the answer's: in a comparison one for each period. */
function cellsOf({ name, kind, periods, currency, unit }: ColumnDescription): Cell[] {
  const align = numbers.includes(kind) ? 'right' : 'left'
  const isFraction = unit === 'percent'
  const measured = currency ?? (isFraction ? '%' : unit)
  const header = (named: string) => printable(measured === undefined ? named : `${named} (${measured})`)
  const shown = (value: unknown) => (isFraction && value != null ? percentage(String(value)) : value)
  if (periods === undefined) return [{ header: header(name), align, of: (row) => shown(row[name]) }]
  return periods.map((period) => ({
    header: header(`${name}.${period}`),
    align,
    of: (row) => shown((row[name] as Readonly<Record<string, unknown>> | undefined)?.[period]),
  }))
}

/** A fraction, exactly: `0.2500` as `25.00`. */
function percentage(fraction: string): string {
  const exact = parseExact(fraction)
  const { unscaled, scale } = rescale(exact, Math.max(exact.scale, 2))
  return formatExact({ unscaled, scale: scale - 2 })
}

/** As it is in JSON, without quotes: exact, so that it may be copied. */
const textOf = (value: unknown): string => (typeof value === 'string' ? printable(value) : String(value ?? null))
