import type pg from 'pg'

/** A table as the catalogs of PostgreSQL have it. All members are plain JSON, so that it can be kept and compared. */
export interface CatalogTable {
  readonly schema: string
  readonly table: string
  readonly oid: number
  /** `r`: a table, `p`: a partitioned one; whatever else has columns cannot be published. */
  readonly kind: string
  /** `p`: written to the log; `u` and `t`, unlogged and temporary, are not. */
  readonly persistence: string
  readonly isPartition: boolean
  /** Whether tables inherit from it in the way of old, without being partitions. */
  readonly hasHeirs: boolean
  readonly hasPrimaryKey: boolean
  readonly isOwned: boolean
  readonly isReadable: boolean
  readonly columns: readonly CatalogColumn[]
  /** Where the rows are: the table itself, or its partitions that have none below them. */
  readonly leaves: readonly CatalogLeaf[]
  /** The publications that say something of it, of a partition, or of a table that it is a partition of. */
  readonly publications: readonly CatalogPublication[]
}

export interface CatalogColumn {
  readonly name: string
  /** Of `pg_type`; a domain's is what it is based on. */
  readonly type: string
  /** As one writes it. */
  readonly written: string
  /** Of a native enum, by their object ids: a label that is renamed keeps its own. */
  readonly labels: Readonly<Record<string, string>> | null
  readonly isNotNull: boolean
  readonly generated: 'stored' | 'virtual' | null
}

export interface CatalogLeaf {
  readonly oid: number
  readonly schema: string
  readonly table: string
  readonly kind: string
  readonly persistence: string
  /** `d`: the primary key, `f`: the whole row, `i`: an index, `n`: nothing. */
  readonly identity: string
  /** The file of its rows: another one after a TRUNCATE, and whenever all rows are written anew. */
  readonly file: number
  readonly hasPrimaryKey: boolean
  readonly isOwned: boolean
  readonly isReadable: boolean
  /**
   * Whether it had no row before it was a partition. A table that was attached has had its columns written anew in the catalogs;
   * one that was never vacuumed or written anew, and has no page, never had a row.
   */
  readonly joinedEmpty: boolean
  /** The transaction that made it a partition: another one where it left and came back. Null for a table of its own. */
  readonly joinedBy: string | null
}

export interface CatalogPublication {
  readonly name: string
  /** Other than before where the publication was made anew. */
  readonly oid: number
  /** The transaction that last changed what it publishes of its tables. */
  readonly changedBy: string
  /** Of the table's own membership; null where the publication is of all tables, or of a schema. */
  readonly membership: number | null
  /** Whether it is this table that is published, and not one above or below it. */
  readonly isOwn: boolean
  readonly hasColumnList: boolean
  readonly hasRowFilter: boolean
  readonly insert: boolean
  readonly update: boolean
  readonly delete: boolean
  readonly truncate: boolean
  readonly viaRoot: boolean
  readonly generatedColumns: boolean
}

const columnsSql = `
select jsonb_agg(jsonb_build_object('name', a.attname, 'type', coalesce(b.typname, t.typname),
  'written', format_type(a.atttypid, a.atttypmod), 'isNotNull', a.attnotnull,
  'generated', case a.attgenerated when 's' then 'stored' when 'v' then 'virtual' end,
  'labels', (select jsonb_object_agg(e.oid, e.enumlabel) from pg_enum e where e.enumtypid = coalesce(b.oid, t.oid)))
  order by a.attnum)
from pg_attribute a join pg_type t on t.oid = a.atttypid
  left join pg_type b on b.oid = t.typbasetype and t.typtype = 'd'
where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped`

const hasPrimaryKey = (oid: string) => `exists (select from pg_index i where i.indrelid = ${oid} and i.indisprimary)`

const leavesSql = `
select jsonb_agg(jsonb_build_object('oid', l.oid::bigint, 'schema', ln.nspname, 'table', l.relname, 'kind', l.relkind,
  'persistence', l.relpersistence, 'identity', l.relreplident, 'file', l.relfilenode::bigint,
  'hasPrimaryKey', ${hasPrimaryKey('l.oid')}, 'isOwned', pg_has_role(l.relowner, 'USAGE'),
  'isReadable', has_table_privilege(l.oid, 'SELECT'),
  'joinedBy', (select h.xmin::text from pg_inherits h where h.inhrelid = l.oid),
  'joinedEmpty', exists (select from pg_attribute a join pg_type y on y.oid = l.reltype
      where a.attrelid = l.oid and a.attnum > 0 and a.xmin = y.xmin and a.cmin = y.cmin)
    or l.reltuples = -1 and l.relfilenode = l.oid and pg_relation_size(l.oid) = 0) order by l.oid)
from (select c.oid where c.relkind <> 'p'
  union all select p.relid from pg_partition_tree(c.oid) p where c.relkind = 'p' and p.isleaf) leaf (oid)
join pg_class l on l.oid = leaf.oid join pg_namespace ln on ln.oid = l.relnamespace
where l.relkind <> 'p'`

/** Columns that came with a version are read out of the row as JSON, so that one statement serves all. */
const publicationsSql = `
select jsonb_agg(distinct jsonb_build_object('name', p.pubname, 'oid', p.oid::bigint, 'changedBy', p.xmin::text, 'membership', m.membership,
  'isOwn', m.own, 'hasColumnList', m.attrs, 'hasRowFilter', m.filter, 'insert', p.pubinsert, 'update', p.pubupdate,
  'delete', p.pubdelete, 'truncate', p.pubtruncate, 'viaRoot', p.pubviaroot,
  'generatedColumns', coalesce(to_jsonb(p) ->> 'pubgencols', 'n') = 's'))
from pg_publication p join (
  select r.prpubid as publication, r.oid::bigint as membership, r.prrelid = c.oid as own, r.prattrs is not null as attrs,
    r.prqual is not null as filter
  from pg_publication_rel r where r.prrelid in (select c.oid union select relid from pg_partition_tree(c.oid)
    union select relid from pg_partition_ancestors(c.oid))
  union all select s.pnpubid, null, s.pnnspid = c.relnamespace, false, false
  from pg_publication_namespace s where s.pnnspid in (select x.relnamespace from pg_class x
    where x.oid in (select c.oid union select relid from pg_partition_tree(c.oid)))
  union all select a.oid, null, true, false, false from pg_publication a where a.puballtables
) m on m.publication = p.oid`

const tablesText = `
select n.nspname as schema, c.relname as table, c.oid::bigint::text as oid, c.relkind as kind, c.relpersistence as persistence,
  c.relispartition as "isPartition", ${hasPrimaryKey('c.oid')} as "hasPrimaryKey",
  c.relkind <> 'p' and exists (select from pg_inherits h where h.inhparent = c.oid) as "hasHeirs",
  pg_has_role(c.relowner, 'USAGE') as "isOwned", has_table_privilege(c.oid, 'SELECT') as "isReadable",
  coalesce((${columnsSql}), '[]') as columns, coalesce((${leavesSql}), '[]') as leaves,
  coalesce((${publicationsSql}), '[]') as publications
from unnest($1::text[], $2::text[]) wanted (schema, name)
  join pg_namespace n on n.nspname = wanted.schema
  join pg_class c on c.relnamespace = n.oid and c.relname = wanted.name`

/** The tables that there are of those that are asked for. */
export async function readCatalogTables(
  client: pg.Client,
  tables: readonly { readonly schema: string; readonly table: string }[],
): Promise<CatalogTable[]> {
  const { rows } = await client.query<Omit<CatalogTable, 'oid'> & { oid: string }>(tablesText, [
    tables.map(({ schema }) => schema),
    tables.map(({ table }) => table),
  ])
  return rows.map((row) => ({ ...row, oid: Number(row.oid) }))
}
