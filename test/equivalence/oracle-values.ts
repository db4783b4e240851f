import pg from 'pg'
import type { Column } from '../../src/report/column.ts'
import type { Operand } from '../../src/report/expression.ts'
import { type AnySource, bySchema, definition } from '../../src/report/source.ts'

export const literal = (value: string): string => pg.escapeLiteral(value)
export const quoted = (name: string): string => pg.escapeIdentifier(name)

/** The name of a column's value among the rows as they are read. */
export const readName = (column: Column): string => quoted(`${column.property} as read`)

export interface OwnTenant {
  readonly id: string
  readonly schema?: string
}

/** The rows of a source that belong to a tenant, as what follows `from`. */
export function rowsOf(source: AnySource, tenant: OwnTenant): string {
  const { table, tenant: property, columns } = source[definition]
  if (property === bySchema) return `${quoted(tenant.schema as string)}.${quoted(table)} where true`
  const dot = table.indexOf('.')
  const [schema, name] = dot < 0 ? ['public', table] : [table.slice(0, dot), table.slice(dot + 1)]
  const own = columns[property as string] as Column
  return `${quoted(schema)}.${quoted(name)} where ${quoted(own.column)}::text = ${literal(tenant.id)}`
}

/** What a report takes a column's value to be. */
export function asRead({ column, type }: Column): string {
  const stored = quoted(column)
  switch (type.kind) {
    case 'text':
      return `${stored}::text collate "C"`
    case 'enum': {
      const listed = type.values.map(literal).join(', ')
      return `(case when ${stored}::text in (${listed}) then ${stored}::text when ${stored} is not null then 'other' end) collate "C"`
    }
    case 'decimal':
      return `round(${stored}::numeric, ${type.scale})`
    case 'timestamp':
      return type.timeZone === undefined ? stored : `${stored} at time zone ${literal(type.timeZone)}`
    case 'real':
      // As JSON has it: the shortest decimal text of the stored number; a zero has no sign.
      return `${stored}::text::float8 + 0`
    default:
      return stored
  }
}

const castTo = {
  text: 'text',
  enum: 'text',
  integer: 'numeric',
  bigint: 'numeric',
  decimal: 'numeric',
  real: 'float8',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamptz',
  uuid: 'uuid',
} as const

/** A value that a definition, a reader or a viewer gives, to compare with a column's. */
const constant = (column: Column, value: unknown): string => `${literal(String(value))}::${castTo[column.type.kind]}`

/** Equal to one of the values, or null where null is one of them. Never unknown. */
export function isOneOf(column: Column, values: readonly unknown[]): string {
  const tests = values.map((value) =>
    value === null
      ? `${readName(column)} is null`
      : `coalesce(${readName(column)} = ${constant(column, value)}, false)`,
  )
  return tests.length === 0 ? 'false' : `(${tests.join(' or ')})`
}

/** A condition of a definition. Never unknown. */
export function holds(column: Column, condition: unknown): string {
  if (typeof condition === 'object' && condition !== null && 'test' in condition) {
    const { test, values, atLeast, below } = condition as Record<string, unknown>
    if (test === 'not') return `not ${isOneOf(column, values as unknown[])}`
    const bounds = [
      ...(atLeast === undefined ? [] : [`${readName(column)} >= ${constant(column, atLeast)}`]),
      ...(below === undefined ? [] : [`${readName(column)} < ${constant(column, below)}`]),
    ]
    return `coalesce(${bounds.join(' and ')}, false)`
  }
  return isOneOf(column, Array.isArray(condition) ? condition : [condition])
}

const secondsOf = { second: 1, minute: 60, hour: 3600, day: 86_400 }

/** The seconds from one instant or day to another; `extract(epoch …)` is exact to the microsecond. */
const seconds = (from: Operand, to: Operand): string =>
  `(extract(epoch from ${readName(to as Column)}) - extract(epoch from ${readName(from as Column)}))`

export const isColumn = (operand: Operand): operand is Column =>
  typeof operand === 'object' && operand.node === 'column'

export const isElapsed = (operand: Operand | undefined): boolean =>
  typeof operand === 'object' && operand.node === 'elapsed'

/** An operand's value for one row: a column as it is read, or a number. */
export function operandValue(operand: Operand): string {
  return isColumn(operand) ? readName(operand) : numberValue(operand)
}

function numberValue(operand: Operand): string {
  if (typeof operand !== 'object') return `${literal(String(operand))}::numeric`
  if (operand.node === 'column') return `${readName(operand)}::numeric`
  if (operand.node === 'elapsed') return `round(${exactElapsed(operand)}, 6)`
  const [left, right] = [numberValue(operand.left), numberValue(operand.right)]
  return `(${left} ${{ add: '+', subtract: '-', times: '*' }[operand.node]} ${right})`
}

/** An elapsed time in its unit, with so many digits that rounding it again rounds the exact quotient. */
export function exactElapsed(operand: Operand): string {
  if (typeof operand !== 'object' || operand.node !== 'elapsed') throw new Error('not an elapsed time')
  return quotient(seconds(operand.left, operand.right), String(secondsOf[operand.unit ?? 'second']))
}

/**
 * A quotient with 60 digits after the point: no two numbers of a report are so long that a tie of their quotient at the
 * report's scale could arise from, or vanish in, the 61st. Null where the divisor is 0.
 */
export const quotient = (over: string, under: string): string => `(round(${over}, 60) / nullif(${under}, 0))`

/** What is known of an operand's values: their kind, digits after the point, and whether they may be null. */
export interface OperandShape {
  readonly kind: Column['type']['kind']
  readonly scale: number
  readonly nullable: boolean
}

export function shapeOf(operand: Operand): OperandShape {
  if (typeof operand === 'number') return { kind: 'bigint', scale: 0, nullable: false }
  if (typeof operand === 'string')
    return { kind: 'decimal', scale: operand.split('.')[1]?.length ?? 0, nullable: false }
  if (operand.node === 'column') {
    const { type, nullable } = operand
    return { kind: type.kind, scale: type.kind === 'decimal' ? type.scale : 0, nullable }
  }
  const [left, right] = [shapeOf(operand.left), shapeOf(operand.right)]
  const nullable = left.nullable || right.nullable
  if (operand.node === 'elapsed') return { kind: 'decimal', scale: 6, nullable }
  const scale = operand.node === 'times' ? left.scale + right.scale : Math.max(left.scale, right.scale)
  return { kind: left.kind === 'decimal' || right.kind === 'decimal' ? 'decimal' : 'bigint', scale, nullable }
}

/** The text of a value as JSON has it; a number where it is small is made of it later. */
export function written(kind: Column['type']['kind'], scale: number, value: string): string {
  if (kind === 'integer' || kind === 'bigint') return `round((${value})::numeric, 0)::text`
  if (kind === 'decimal') return `round(${value}, ${scale})::text`
  if (kind === 'date') return `to_char(${value}, 'YYYY-MM-DD')`
  if (kind !== 'timestamp') return `(${value})::text`
  return `rtrim(rtrim(to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '0'), '.') || 'Z'`
}
