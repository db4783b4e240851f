import { type AnySource, bySchema, definition } from '../report/source.ts'

/** A source whose changes are folded. */
export interface FoldedSource {
  readonly source: AnySource
  /**
   * Rows are only ever inserted, as in an outbox of the host's own events. Updates and deletes are then not in the stream, and the
   * table keeps its replica identity.
   */
  readonly isInsertOnly?: boolean
}

/** One table of a source: with tenancy by schema there is one in each tenant's schema. */
export interface PublishedTable extends Required<FoldedSource> {
  readonly schema: string
  readonly table: string
}

/** The tables of sources; `schemas` are those of the tenants whose tenancy is by schema. */
export function publishedTables(sources: readonly FoldedSource[], schemas: readonly string[]): PublishedTable[] {
  return sources.flatMap(({ source, isInsertOnly = false }) => {
    const { table, tenant } = source[definition]
    if (tenant === bySchema) return schemas.map((schema) => ({ source, isInsertOnly, schema, table }))
    const dot = table.indexOf('.')
    const [schema, name] = dot === -1 ? ['public', table] : [table.slice(0, dot), table.slice(dot + 1)]
    return [{ source, isInsertOnly, schema, table: name }]
  })
}
