import type pg from 'pg'
import type { RelationColumn } from './relation.ts'
import { valueText } from './value-text.ts'

/** What a column's values are of: of a domain, also of one over another, the type that it is based on. */
const columnsText = `
with recursive base (attribute, type) as (
  select a.attnum, a.atttypid from pg_attribute a
  where a.attrelid = (select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relname = $2)
    and a.attnum > 0 and not a.attisdropped and a.attname = any($3)
  union all select base.attribute, t.typbasetype from base join pg_type t on t.oid = base.type and t.typtype = 'd'
)
select a.attname as name, a.atttypid as "typeOid",
  case n.nspname when 'pg_catalog' then t.typname else n.nspname || '.' || t.typname end as type
from base join pg_type t on t.oid = base.type and t.typtype <> 'd'
  join pg_namespace n on n.oid = t.typnamespace
  join pg_attribute a on a.attnum = base.attribute and a.attrelid = (select c.oid from pg_class c
    join pg_namespace s on s.oid = c.relnamespace where s.nspname = $1 and c.relname = $2)`

/**
 * Columns of a table as it has them, each with what makes texts of its values: the same as for the changes of the table, so that
 * both are the same texts (F5). In the order that is asked for; those that the table does not have are left out.
 */
export async function readStoredColumns(
  client: pg.Client,
  { schema, table }: { readonly schema: string; readonly table: string },
  names: readonly string[],
): Promise<RelationColumn[]> {
  const { rows } = await client.query<Pick<RelationColumn, 'name' | 'typeOid' | 'type'>>(columnsText, [
    schema,
    table,
    names,
  ])
  const found = new Map(rows.map((row) => [row.name, row]))
  return names.flatMap((name) => {
    const column = found.get(name)
    return column === undefined ? [] : [{ ...column, isIdentity: false, text: valueText(column.type) }]
  })
}
