import type { Column, ColumnKind } from '../report/column.ts'
import { error, type Finding, warning } from './finding.ts'

/** A column as the database has it. */
export interface FoundColumn {
  /** Of `pg_type`; a domain's is what it is based on. */
  readonly type: string
  /** Also true of a view's, of which nobody can tell. */
  readonly notNull: boolean
  /** Of a `numeric`; undefined where it holds any number of digits. */
  readonly scale: number | undefined
  /** Of a native enum. */
  readonly labels: readonly string[] | undefined
  /** The type as one writes it. */
  readonly written: string
}

/** The types of `pg_type` that a kind stands for. */
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

/** How a column of a kind is declared, for a type of the database that was declared otherwise. */
const declarations: Readonly<Record<string, string>> = {
  text: 'text()',
  varchar: 'text()',
  bpchar: 'text()',
  citext: 'text()',
  int2: 'integer()',
  int4: 'integer()',
  int8: 'bigint()',
  numeric: 'decimal({ scale: … })',
  bool: 'boolean()',
  timestamptz: 'timestamp()',
  timestamp: "timestamp({ timeZone: '…' }), with the zone whose local time it holds",
  date: 'date()',
  uuid: 'uuid()',
  float4: 'real()',
  float8: 'real()',
}

/** Whether a column is what its source declares. */
export function checkColumn(about: string, column: Column, found: FoundColumn | undefined): Finding[] {
  const name = `column "${column.column}"`
  if (found === undefined)
    return [
      error(about, `${name}: the table has no such column`, 'correct its name, or give it one with { column: … }'),
    ]
  const declared = column.type
  if (!fits(column, found)) {
    const kind = declared.kind === 'timestamp' ? describeTimestamp(declared.timeZone) : declared.kind
    const as = found.labels === undefined ? declarations[found.type] : `enumOf(${found.labels.map(quote).join(', ')})`
    const next = as === undefined ? 'no kind of column stands for this type: leave it out' : `declare it as ${as}`
    return [error(about, `${name}: is ${found.written}, and is declared as ${kind}`, next)]
  }
  const findings: Finding[] = []
  if (!found.notNull && !column.nullable)
    findings.push(
      warning(
        about,
        `${name}: may be null, and is declared as never null`,
        'declare it as nullable(…), or set it not null',
      ),
    )
  if (declared.kind === 'decimal' && found.type === 'numeric' && (found.scale ?? Infinity) > declared.scale) {
    const holds = found.scale === undefined ? 'any number of digits' : `${found.scale} digits`
    const next =
      found.scale === undefined
        ? 'give the column a scale, or accept the rounding'
        : `declare it as decimal({ scale: ${found.scale} }), or accept the rounding`
    findings.push(warning(about, `${name}: holds ${holds} after the point, read rounded to ${declared.scale}`, next))
  }
  if (declared.kind === 'enum' && found.labels !== undefined)
    findings.push(...checkLabels(about, name, declared.values, found.labels))
  return findings
}

function checkLabels(
  about: string,
  name: string,
  declared: readonly string[],
  labels: readonly string[],
): readonly Finding[] {
  const missing = declared.filter((value) => !labels.includes(value))
  const unlisted = labels.filter((label) => !declared.includes(label))
  const findings: Finding[] = []
  if (missing.length > 0)
    findings.push(
      error(
        about,
        `${name}: the database's enum has no ${missing.map(quote).join(', ')}`,
        `leave it out, or add it: alter type … add value ${missing.map(quote).join('; alter type … add value ')}`,
      ),
    )
  if (unlisted.length > 0)
    findings.push(
      warning(
        about,
        `${name}: the database's enum also has ${unlisted.map(quote).join(', ')}, read as other`,
        'add it to the declared values, or accept that it is read as other',
      ),
    )
  return findings
}

function fits({ type: declared }: Column, { type, labels }: FoundColumn): boolean {
  if (declared.kind === 'enum' && labels !== undefined) return true
  if (declared.kind === 'timestamp') return type === (declared.timeZone === undefined ? 'timestamptz' : 'timestamp')
  return typesOf[declared.kind].includes(type)
}

const describeTimestamp = (timeZone: string | undefined): string =>
  timeZone === undefined ? 'a timestamp with time zone' : `a timestamp without time zone, of ${timeZone}`

const quote = (label: string): string => `'${label.replaceAll("'", "''")}'`
