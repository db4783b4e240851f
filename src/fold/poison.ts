import { columnIndex } from '../replication/relation.ts'
import type { Row } from '../replication/row.ts'

/** What names a row to whoever looks for it: its key's columns and their values; `textOf` of a column that is not there: undefined. */
export function keyText(key: readonly string[], textOf: (column: string) => string | null | undefined): string {
  return key
    .map((name) => {
      try {
        const text = textOf(name)
        return text === undefined ? `${name} is not there` : `${name} = ${text}`
      } catch {
        return `${name} cannot be read`
      }
    })
    .join(', ')
}

export const keyOfRow = (row: Row, key: readonly string[]): string =>
  keyText(key, (name) => {
    const index = columnIndex(row.relation, name)
    return index === undefined ? undefined : row.text(index)
  })

export const poisonDetail = (
  { schema, table }: { readonly schema: string; readonly table: string },
  column: string,
  why: string,
  key: string,
): string => `${schema}.${table}, column "${column}", row with ${key}: ${why}`
