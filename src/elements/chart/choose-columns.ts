import type { ColumnDescription } from '../../http/wire.ts'
import { isNumeric } from '../format-value.ts'

type Columns = readonly ColumnDescription[]

/** The column along which a series runs: the report's own time, or in a report in SQL its first day or instant. */
export const timeColumnOf = (columns: Columns): ColumnDescription | undefined =>
  columns.find(({ role }) => role === 'time') ??
  columns.find(({ role, kind }) => role === 'column' && (kind === 'date' || kind === 'timestamp'))

/** What tells rows apart besides time. */
export const dimensionsOf = (columns: Columns): Columns =>
  columns.filter(
    (column) => column.role === 'dimension' || (column.role === 'column' && !isNumeric(column) && !isTime(column)),
  )

const isTime = ({ kind }: ColumnDescription): boolean => kind === 'date' || kind === 'timestamp'

/** The columns that hold figures. */
export const figuresOf = (columns: Columns): Columns =>
  columns.filter(
    (column) => isNumeric(column) && column.role !== 'dimension' && column.role !== 'label' && column.role !== 'time',
  )

/** A share of the whole, which stands beside what it is a share of. */
export const isShare = ({ role, unit }: ColumnDescription): boolean => role === 'derived' && unit === 'percent'

/**
 * The figures that one axis can hold: those that are named, else all, as far as they are of the first one's unit and currency. Days and
 * euros on one axis would be compared with each other.
 */
export function onOneAxis(columns: Columns, names: readonly string[]): Columns {
  const figures = figuresOf(columns)
  const chosen =
    names.length === 0 ? figures : names.flatMap((name) => figures.find((each) => each.name === name) ?? [])
  const [first] = chosen
  return chosen.filter(({ unit, currency }) => unit === first?.unit && currency === first?.currency)
}
