import type { Column } from '../report/column.ts'
import { type AnySource, bySchema, definition } from '../report/source.ts'
import { checkColumn, type FoundColumn } from './check-column.ts'
import { error, type Finding, warning } from './finding.ts'
import { relation } from './relation-sql.ts'
import { quoteIdentifier, type Statement } from './statement.ts'

type Row = readonly (string | null)[]
export type RunRows = (statement: Statement) => Promise<readonly Row[]>

/** Between the members of a list in one text. */
const separator = '\u001f'

const columnsText = `select a.attname, coalesce(b.typname, t.typname),
  (a.attnotnull or t.typnotnull or c.relkind in ('v', 'm'))::text,
  case when coalesce(b.oid, t.oid) = 'pg_catalog.numeric'::regtype and m.modifier >= 4
    then ((((m.modifier - 4) & 2047) # 1024) - 1024)::text end,
  (select string_agg(e.enumlabel, chr(31) order by e.enumsortorder) from pg_enum e where e.enumtypid = coalesce(b.oid, t.oid)),
  format_type(a.atttypid, a.atttypmod)
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_type t on t.oid = a.atttypid left join pg_type b on b.oid = t.typbasetype and t.typtype = 'd'
  cross join lateral (select case when t.typtype = 'd' then t.typtypmod else a.atttypmod end as modifier) m
where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped`

const tableText = `select has_table_privilege(c.oid, 'SELECT')::text, (c.relkind in ('r', 'p', 'm'))::text, (c.relpages > 1000)::text,
  (select string_agg(a.attname, chr(31)) from pg_index i
     join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0] where i.indrelid = c.oid and i.indisvalid)
from pg_class c where c.oid = to_regclass($1)`

/** Whether a source's table is there, may be read, has the columns that are declared, and an index that a tenant's read can use. */
export async function checkSource(source: AnySource, timeColumns: readonly Column[], run: RunRows): Promise<Finding[]> {
  const { columns, table } = source[definition]
  const [about, name] = [`source "${table}"`, relation(source)]
  const values = [name]
  const [found] = await run({ text: tableText, values })
  if (found === undefined)
    return [
      error(about, `there is no ${name} that the role can see`, 'create it, or grant usage on its schema to the role'),
    ]
  const [readable, isTable, isLarge, leading] = found
  if (readable !== 'true')
    return [error(about, 'the role may not read it', `grant select on ${name} to the role of the replica`)]
  const inDatabase = new Map((await run({ text: columnsText, values })).map((row) => [row[0], foundColumn(row)]))
  const findings = Object.values(columns).flatMap((column) => checkColumn(about, column, inDatabase.get(column.column)))
  if (isTable !== 'true') return findings
  const indexed = new Set(leading?.split(separator))
  return [...findings, ...checkIndexes(source, timeColumns, indexed, isLarge === 'true')]
}

/** A tenant's read looks for the tenant first; in the tenant's own schema, for the time. */
function checkIndexes(
  source: AnySource,
  timeColumns: readonly Column[],
  indexed: ReadonlySet<string>,
  isLarge: boolean,
): Finding[] {
  const { columns, table, tenant } = source[definition]
  const times = [...new Set(timeColumns.map(({ column }) => column))]
  const own = tenant === bySchema ? undefined : (columns[tenant as string]?.column as string)
  const wanted = own === undefined ? times.map((time) => [time]) : [[own, ...times.slice(0, 1)]]
  const cost = isLarge ? 'every read scans the whole table' : 'a read will scan the whole table when it has grown'
  return wanted
    .filter(([first]) => !indexed.has(first as string))
    .map((names) =>
      warning(
        `source "${table}"`,
        `no index begins with "${names[0]}": ${cost}`,
        `create index concurrently on ${relation(source)} (${names.map(quoteIdentifier).join(', ')})`,
      ),
    )
}

function foundColumn([, type, notNull, scale, labels, written]: Row): FoundColumn {
  return {
    type: type ?? '',
    notNull: notNull === 'true',
    scale: scale == null ? undefined : Number(scale),
    labels: labels?.split(separator),
    written: written ?? '',
  }
}
