import type pg from 'pg'
import type { PublicationActions, PublicationNames } from './publications.ts'

/** One of our publications as it is. */
export interface PublicationState extends PublicationActions {
  readonly name: string
  readonly allTables: boolean
  readonly viaRoot: boolean
  readonly generatedColumns: boolean
  readonly tables: readonly { readonly schema: string; readonly table: string }[]
}

const publicationText = `
select p.pubname as name, p.puballtables as "allTables", p.pubviaroot as "viaRoot",
  coalesce(to_jsonb(p) ->> 'pubgencols', 'n') = 's' as "generatedColumns", p.pubinsert as insert, p.pubupdate as update,
  p.pubdelete as delete, p.pubtruncate as truncate,
  coalesce((select jsonb_agg(jsonb_build_object('schema', n.nspname, 'table', c.relname) order by n.nspname, c.relname)
    from pg_publication_rel r join pg_class c on c.oid = r.prrelid join pg_namespace n on n.oid = c.relnamespace
    where r.prpubid = p.oid), '[]') as tables
from pg_publication p where p.pubname = any($1::text[])`

export async function readPublications(client: pg.Client, names: PublicationNames): Promise<PublicationState[]> {
  return (await client.query<PublicationState>(publicationText, [Object.values(names)])).rows
}
