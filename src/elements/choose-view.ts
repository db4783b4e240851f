import type { ColumnDescription } from '../http/wire.ts'
import { dimensionsOf, figuresOf, isShare, timeColumnOf } from './chart/choose-columns.ts'

/** How a report can be shown. */
export type View = 'value' | 'series' | 'bars' | 'table'

/**
 * How a report is shown by what its columns are: one row without anything that it is of, as values; what runs along time, with at most one
 * dimension, as series; one figure by its dimensions as bars; all else as a table. A report in SQL runs along time where that is its first
 * column.
 */
export function chooseView(columns: readonly ColumnDescription[], rowCount: number): View {
  const figures = figuresOf(columns)
  const dimensions = dimensionsOf(columns)
  const time = timeColumnOf(columns)
  if (figures.length === 0) return 'table'
  if (time !== undefined) {
    const isAlong = time.role === 'time' || time === columns[0]
    return isAlong && dimensions.length <= 1 ? 'series' : 'table'
  }
  if (dimensions.length === 0) return rowCount <= 1 ? 'value' : 'table'
  return dimensions.length <= 2 && figures.filter((column) => !isShare(column)).length === 1 ? 'bars' : 'table'
}

/** The figures that are shown one beside the other: how much something grew stands with what grew. */
export function valuesOf(columns: readonly ColumnDescription[]): readonly string[] {
  const isComparison = columns.some(({ periods }) => periods !== undefined)
  return columns
    .filter(
      ({ role, periods }) =>
        role === 'measure' || role === 'column' || (role === 'derived' && (!isComparison || periods !== undefined)),
    )
    .map(({ name }) => name)
}
