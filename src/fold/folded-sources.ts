import { publicationNames } from '../replication/publications.ts'
import type { FoldedSource } from '../replication/published-table.ts'
import { type AnySource, bySchema, definition } from '../report/source.ts'
import type { Allowlist } from '../tenancy/allowlist.ts'
import type { FoldOptions } from './fold-options.ts'

/** The sources of the folded reports, each once. */
export function sourcesOf({ reports, insertOnly = [] }: Pick<FoldOptions, 'reports' | 'insertOnly'>): FoldedSource[] {
  const tables = new Map(reports.map(({ from }) => [tableOf(from), from]))
  const inserted = new Set(insertOnly.map(tableOf))
  return [...tables].map(([table, source]) => ({ source, isInsertOnly: inserted.has(table) }))
}

const tableOf = (source: AnySource): string => `${source[definition].tenant === bySchema} ${source[definition].table}`

/** The schemas of the tenants, where tenancy is by schema. */
export const schemasOf = (tenants: Allowlist): string[] => [
  ...new Set(tenants.list().flatMap(({ schema }) => schema ?? [])),
]

/** The publications that the sources' changes come through. */
export function publicationsOf(options: FoldOptions): string[] {
  const kinds = new Set(sourcesOf(options).map(({ isInsertOnly }) => isInsertOnly))
  return [
    ...(kinds.has(false) ? [publicationNames.changes] : []),
    ...(kinds.has(true) ? [publicationNames.inserts] : []),
  ]
}
