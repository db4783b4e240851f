import type { Column, ColumnKind } from '../report/column.ts'
import type { CatalogColumn } from './catalog-table.ts'

/** The types of `pg_type` that a kind stands for. */
const typesOf: Readonly<Record<ColumnKind, readonly string[]>> = {
  text: ['text', 'varchar', 'bpchar', 'name', 'citext'],
  integer: ['int2', 'int4'],
  bigint: ['int2', 'int4', 'int8'],
  decimal: ['numeric', 'int2', 'int4', 'int8'],
  boolean: ['bool'],
  timestamp: ['timestamptz'],
  date: ['date'],
  uuid: ['uuid'],
  enum: ['text', 'varchar', 'bpchar'],
  real: ['float4', 'float8'],
}

/** Why the changes of a table do not give what a source declares of a column, or undefined where they do. */
export function columnMisfit(
  column: Column,
  found: CatalogColumn | undefined,
  publishesStoredColumns: boolean,
): string | undefined {
  if (found === undefined) return 'the table has no such column'
  if (!fits(column, found)) return `is ${found.written}, and is declared as ${column.type.kind}`
  if (found.generated === 'virtual') return 'is generated when it is read, so that no change holds it'
  if (found.generated === 'stored' && !publishesStoredColumns)
    return 'is generated, which the changes of PostgreSQL before 18 leave out'
  return undefined
}

function fits({ type: declared }: Column, { type, labels }: CatalogColumn): boolean {
  if (declared.kind === 'enum' && labels !== null) return true
  if (declared.kind === 'timestamp') return type === (declared.timeZone === undefined ? 'timestamptz' : 'timestamp')
  return typesOf[declared.kind].includes(type)
}
