import type { Column } from '../report/column.ts'
import { columnSql } from './expression-sql.ts'

/** What is true of a value that has no exact figure: NaN, the infinities, days outside the years 1 to 9999. */
export function guardSql(column: Column): string[] {
  const name = columnSql(column)
  switch (column.type.kind) {
    case 'decimal':
      return [`${name}::numeric in ('NaN', 'Infinity', '-Infinity')`]
    case 'real':
      return [`${name}::float8 in ('NaN', 'Infinity', '-Infinity')`]
    case 'date':
    case 'timestamp':
      return [`${name} < '0001-01-01'`, `${name} >= '10000-01-01'`]
    default:
      return []
  }
}
