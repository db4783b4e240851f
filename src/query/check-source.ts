import type { Column, ColumnKind } from '../report/column.ts'
import { type AnySource, bySchema, definition } from '../report/source.ts'
import { error, type Finding, warning } from './finding.ts'
import { relation } from './relation-sql.ts'
import type { Statement } from './statement.ts'

type Row = readonly (string | null)[]
export type RunRows = (statement: Statement) => Promise<readonly Row[]>

/** The types of `pg_type` that a kind stands for; a domain counts as what it is based on. */
const typesOf: Readonly<Record<ColumnKind, readonly string[]>> = {
  text: ['text', 'varchar', 'bpchar', 'name', 'citext'],
  integer: ['int2', 'int4'],
  bigint: ['int2', 'int4', 'int8'],
  decimal: ['numeric', 'int2', 'int4', 'int8'],
  boolean: ['bool'],
  timestamp: ['timestamptz'],
  date: ['date'],
  uuid: ['uuid'],
  enum: ['text', 'varchar', 'bpchar'],
  real: ['float4', 'float8'],
}

const columnsText = `select a.attname, case when t.typtype = 'd' then b.typname else t.typname end, a.attnotnull::text,
  case when a.atttypid = 'numeric'::regtype and a.atttypmod >= 4 then ((a.atttypmod - 4) & 2047)::text end,
  (select string_agg(e.enumlabel, chr(31) order by e.enumsortorder) from pg_enum e where e.enumtypid = a.atttypid),
  format_type(a.atttypid, a.atttypmod)
from pg_attribute a join pg_type t on t.oid = a.atttypid left join pg_type b on b.oid = t.typbasetype
where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped`

const tableText = `select c.relkind, has_table_privilege(c.oid, 'SELECT')::text, (c.relpages > 1000)::text,
  (select string_agg(a.attname, chr(31)) from pg_index i
     join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0] where i.indrelid = c.oid and i.indisvalid)
from pg_class c where c.oid = to_regclass($1)`

/** Whether a source's table is there, may be read, has the columns that are declared, and an index that a tenant's read can use. */
export async function checkSource(source: AnySource, timeColumns: readonly Column[], run: RunRows): Promise<Finding[]> {
  const { columns, table, tenant } = source[definition]
  const about = `source "${table}"`
  const values = [relation(source)]
  const [found] = await run({ text: tableText, values })
  if (found === undefined) {
    return [error(about, 'there is no such table', `create it, or grant the role USAGE on its schema`)]
  }
  const [, readable, large, leading] = found
  if (readable !== 'true')
    return [error(about, 'the role may not read it', `grant select on ${relation(source)} to the role`)]
  const inDatabase = new Map((await run({ text: columnsText, values })).map((row) => [row[0], row]))
  const findings = Object.values(columns).flatMap((column) => checkColumn(about, column, inDatabase.get(column.column)))
  const indexed = new Set((leading ?? '').split('\u001f'))
  const wanted =
    tenant === bySchema ? timeColumns.map(({ column }) => column) : [columns[tenant as string]?.column as string]
  for (const column of new Set(wanted)) {
    if (indexed.has(column)) continue
    const cost =
      large === 'true' ? 'every read scans the whole table' : 'a read will scan the whole table when it has grown'
    findings.push(
      warning(
        about,
        `no index begins with "${column}": ${cost}`,
        `create index concurrently on ${relation(source)} (${column}, …)`,
      ),
    )
  }
  return findings
}

function checkColumn(table: string, column: Column, found: Row | undefined): Finding[] {
  const about = `${table}, column "${column.column}"`
  if (found === undefined) {
    return [error(about, 'the table has no such column', 'correct the name, or declare it with `{ column: … }`')]
  }
  const [, type, notNull, scale, labels, written] = found
  const declared = column.type
  const findings: Finding[] = []
  if (!fits(column, type ?? '', labels !== null && labels !== undefined)) {
    const hint =
      declared.kind === 'timestamp' && type === 'timestamp'
        ? 'declare its zone: timestamp({ timeZone: … })'
        : `declare it as what it is, ${written}`
    findings.push(error(about, `is ${written}, and is declared as ${declared.kind}`, hint))
  }
  if (notNull !== 'true' && !column.nullable) {
    findings.push(
      warning(about, 'may be null, and is declared as never null', 'declare it nullable(…), or set it NOT NULL'),
    )
  }
  if (declared.kind === 'decimal' && type === 'numeric' && (scale === null || Number(scale) > declared.scale)) {
    const has = scale === null ? 'any number of digits' : `${scale} digits`
    findings.push(
      warning(
        about,
        `holds ${has} after the point; they are rounded to ${declared.scale}`,
        'declare the scale that it has',
      ),
    )
  }
  if (declared.kind === 'enum' && labels) {
    const missing = declared.values.filter((value) => !labels.split('\u001f').includes(value))
    if (missing.length > 0) {
      findings.push(error(about, `the database's enum has no ${missing.join(', ')}`, 'declare the values that it has'))
    }
  }
  return findings
}

function fits({ type: declared }: Column, type: string, isEnum: boolean): boolean {
  if (declared.kind === 'enum' && isEnum) return true
  if (declared.kind === 'timestamp') return type === (declared.timeZone === undefined ? 'timestamptz' : 'timestamp')
  return typesOf[declared.kind].includes(type)
}
