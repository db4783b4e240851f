import type pg from 'pg'
import { definition } from '../report/source.ts'
import { type CatalogTable, readCatalogTables } from './catalog-table.ts'
import { columnMisfit } from './column-fit.ts'
import { actionsOf, type PublicationNames, publicationNames } from './publications.ts'
import type { PublishedTable } from './published-table.ts'
import { serverVersion } from './server-version.ts'
import { tableText } from './statement-text.ts'

/**
 * R8: what of a table changes without an event in the stream. Plain JSON, to be kept durably with the builds that it is of: read
 * before their snapshot is taken, and once more after; where the two differ, the snapshot may be of either.
 */
export interface SourceState {
  /** As a statement names it. */
  readonly table: string
  /** Null where there is no such table. */
  readonly oid: number | null
  /** Of the columns that the source declares. */
  readonly columns: readonly ColumnState[]
  readonly leaves: readonly LeafState[]
  /** Of the table in its publication; another where it left and came back, or other things were published meanwhile. Null where its changes are not all published. */
  readonly membership: string | null
}

export interface ColumnState {
  readonly name: string
  readonly type: string | null
  readonly labels: Readonly<Record<string, string>> | null
  /** Why the definition does not fit it; null where it does. */
  readonly misfit: string | null
}

/** The table itself, or one of its partitions. */
export interface LeafState {
  readonly table: string
  readonly oid: number
  readonly file: number
  /** Whether its updates and deletes say the whole old row, or need not. */
  readonly saysOldRows: boolean
  /** Whether it had no row before it was a partition. */
  readonly joinedEmpty: boolean
  /** Another where it left the table and came back. */
  readonly joinedBy: string | null
}

/** The state of each table, in their order. */
export async function readSourceStates(
  client: pg.Client,
  tables: readonly PublishedTable[],
  names: PublicationNames = publicationNames,
): Promise<SourceState[]> {
  const version = await serverVersion(client)
  const catalog = new Map((await readCatalogTables(client, tables)).map((table) => [tableText(table), table]))
  return tables.map((table) => {
    const found = catalog.get(tableText(table))
    const columns = columnStates(table, found, version >= 180_000)
    if (found === undefined) return { table: tableText(table), oid: null, columns, leaves: [], membership: null }
    const leaves = found.leaves.map((leaf) => ({
      table: tableText(leaf),
      oid: leaf.oid,
      file: leaf.file,
      saysOldRows: table.isInsertOnly || leaf.identity === 'f',
      joinedEmpty: leaf.joinedEmpty,
      joinedBy: leaf.joinedBy,
    }))
    return { table: tableText(table), oid: found.oid, columns, leaves, membership: membershipOf(table, found, names) }
  })
}

function columnStates({ source }: PublishedTable, found: CatalogTable | undefined, stored: boolean): ColumnState[] {
  const columns = new Map(found?.columns.map((column) => [column.name, column]))
  return Object.values(source[definition].columns).map((declared) => {
    const column = columns.get(declared.column)
    const misfit = columnMisfit(declared, column, stored) ?? null
    return { name: declared.column, type: column?.type ?? null, labels: column?.labels ?? null, misfit }
  })
}

function membershipOf(table: PublishedTable, found: CatalogTable, names: PublicationNames): string | null {
  const kind = table.isInsertOnly ? 'inserts' : 'changes'
  const own = found.publications.find(({ name, isOwn }) => isOwn && name === names[kind])
  if (own === undefined || own.hasColumnList || own.hasRowFilter || !own.viaRoot) return null
  const wanted = actionsOf[kind]
  const isWhole = (['insert', 'update', 'delete', 'truncate'] as const).every(
    (action) => own[action] || !wanted[action],
  )
  return isWhole ? `${own.oid}/${own.changedBy}/${own.membership ?? 'all'}` : null
}
