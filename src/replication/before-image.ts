import type { Relation } from './relation.ts'
import type { Row } from './row.ts'

/**
 * Why an old row is not the whole row as it was, or undefined where it is. To be asked where the stream does not plainly say
 * that it is whole.
 *
 * Of a partitioned table the stream says what the root's replica identity is, while an old row is of the partition's. One that
 * is not whole holds nulls in place of all but the partition's own identity; so a row that holds another value is whole, and one
 * that holds none may or may not be.
 */
export function whyNotWhole(
  relation: Relation,
  old: Row | undefined,
  partialPartitions: readonly Relation[] | undefined,
): string | undefined {
  const name = `${relation.schema}.${relation.table}`
  const [partition] = partialPartitions ?? []
  if (partition === undefined)
    return `${name} has replica identity ${relation.identity}, so that its old row did not come`
  if (old !== undefined && holdsMore(relation, old, partialPartitions as readonly Relation[])) return undefined
  return `its partition ${partition.schema}.${partition.table} has replica identity ${partition.identity}, so that the old row of ${name} did not come`
}

function holdsMore(root: Relation, old: Row, partitions: readonly Relation[]): boolean {
  const identifying = new Set(
    partitions.flatMap(({ columns }) => columns.filter((column) => column.isIdentity).map((column) => column.name)),
  )
  return root.columns.some((column, index) => !identifying.has(column.name) && !old.isNull(index))
}
