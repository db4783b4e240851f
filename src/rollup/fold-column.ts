import type { Column, ColumnType } from '../report/column.ts'
import { canonicalJson } from './canonical-json.ts'

/** What folding depends on of a column, as plain data: its name in the database, its type without labels. */
export interface FoldColumn {
  readonly column: string
  readonly type: ColumnType
  readonly nullable: boolean
}

export function foldColumn({ column, type, nullable }: Pick<Column, 'column' | 'type' | 'nullable'>): FoldColumn {
  return { column, type: type.kind === 'enum' ? { kind: 'enum', values: type.values } : type, nullable }
}

/** Two properties of a source may read one column of the database as different types: they are different columns here. */
export const columnKey = (column: Pick<Column, 'column' | 'type' | 'nullable'>): string =>
  canonicalJson(foldColumn(column))
