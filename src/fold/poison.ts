import { columnIndex, type Relation } from '../replication/relation.ts'
import type { Row } from '../replication/row.ts'

/** What names a row to whoever looks for it: its key's columns and their values. */
export function keyOfRow(row: Row, key: readonly string[]): string {
  return key
    .map((name) => {
      const index = columnIndex(row.relation, name)
      try {
        return index === undefined ? `${name} is not there` : `${name} = ${row.text(index)}`
      } catch {
        return `${name} cannot be read`
      }
    })
    .join(', ')
}

export const poisonDetail = ({ schema, table }: Relation, column: string, why: string, key: string): string =>
  `${schema}.${table}, column "${column}", row with ${key}: ${why}`
