import type { Connection } from '../../src/embedded/connection.ts'
import { query } from '../../src/embedded/database.ts'

/** What is in a schema, as the catalog has it: tables with their columns and constraints, indexes, views, comments. The same on every version. */
export async function describeSchema(connection: Connection, schema: string): Promise<string> {
  const lines = async (text: string): Promise<string[]> =>
    (await query<{ line: string }>(connection, text, [schema])).map(({ line }) => line)
  const tables = await query<{ oid: number; head: string; options: string }>(
    connection,
    `select oid, format('create table %s', relname) as head,
      coalesce(' with (' || array_to_string(reloptions, ', ') || ')', '') as options
    from pg_class where relnamespace = to_regnamespace(quote_ident($1)) and relkind = 'r' order by relname collate "C"`,
    [schema],
  )
  const described: string[] = []
  for (const { oid, head, options } of tables) {
    const parts = await query<{ line: string }>(
      connection,
      `select format('  %s %s%s%s%s', attname, format_type(atttypid, atttypmod),
          case when attcollation <> typcollation then ' collate "' || collname || '"' end,
          case attidentity when 'a' then ' generated always as identity' else ' default ' || pg_get_expr(adbin, adrelid) end,
          case when attnotnull then ' not null' end) as line
      from pg_attribute join pg_type on pg_type.oid = atttypid left join pg_collation on pg_collation.oid = attcollation
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where attrelid = $1 and attnum > 0 and not attisdropped order by attnum`,
      [oid],
    )
    const constraints = await query<{ line: string }>(
      connection,
      `select '  ' || pg_get_constraintdef(oid) as line from pg_constraint
      where conrelid = $1 and contype <> 'n' order by contype, pg_get_constraintdef(oid) collate "C"`,
      [oid],
    )
    described.push(`${head} (\n${[...parts, ...constraints].map(({ line }) => line).join(',\n')}\n)${options};`)
  }
  const indexes = await lines(`
    select indexdef || ';' as line from pg_indexes
    where schemaname = $1 and not exists (select from pg_constraint where conname = indexname and contype in ('p', 'u'))
    order by indexname collate "C"`)
  const views = await lines(`
    select format(E'create view %s as\n%s', viewname, definition) as line from pg_views
    where schemaname = $1 order by viewname collate "C"`)
  const comments = await lines(`
    select format('comment on %s %s%s is %L;', case when attname is null then 'table' else 'column' end, relname,
      '.' || attname, description) as line
    from pg_description join pg_class on pg_class.oid = objoid and classoid = 'pg_class'::regclass
      left join pg_attribute on attrelid = objoid and attnum = objsubid and objsubid > 0
    where relnamespace = to_regnamespace(quote_ident($1)) order by relname collate "C", objsubid`)
  return `${[...described, indexes.join('\n'), ...views, comments.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n')
    .replaceAll(`${schema}.`, '')}\n`
}
