import type { ValueText } from './value-text.ts'

/** A table as the stream describes it before its first change, and again whenever it has changed. */
export interface Relation {
  readonly oid: number
  readonly schema: string
  /** The root of a partitioned table: its partitions have no changes of their own (R13). */
  readonly table: string
  readonly identity: ReplicaIdentity
  readonly columns: readonly RelationColumn[]
}

/** What a before-image holds: `full` every column, `default` the primary key's, `index` an index's, `nothing` none. */
export type ReplicaIdentity = 'default' | 'nothing' | 'full' | 'index'

export interface RelationColumn {
  readonly name: string
  /** Whether it belongs to the replica identity. */
  readonly isIdentity: boolean
  readonly typeOid: number
  /** The type that values are of: `int4` also of a domain over it; a type outside `pg_catalog` as `schema.type`. */
  readonly type: string
  /** Undefined where no kind of column stands for the type: its values cannot be asked for. */
  readonly text: ValueText | undefined
}

/** The place of a column in the rows of a relation, or undefined where it has none of that name. */
export function columnIndex({ columns }: Relation, name: string): number | undefined {
  const index = columns.findIndex((column) => column.name === name)
  return index === -1 ? undefined : index
}
