import type { Column } from '../report/column.ts'
import { microsecondsPer, type Operand } from '../report/expression.ts'
import { type Parameters, quoteIdentifier } from './statement.ts'

export const columnSql = (column: Column, alias = 't'): string => `${alias}.${quoteIdentifier(column.column)}`

/** A timestamp column as an instant, whichever way it is stored. */
export function instantSql(column: Column, parameters: Parameters): string {
  const { type } = column
  if (type.kind !== 'timestamp' || type.timeZone === undefined) return columnSql(column)
  return `(${columnSql(column)} at time zone ${parameters.add(type.timeZone)})`
}

/**
 * A column's value so that equal values are one value: text by bytes, unlisted enum values as `other`, decimals at scale,
 * a float as the double that its shortest decimal text is read as (which JSON has, from either width), zero without sign.
 */
export function valueSql(column: Column, parameters: Parameters): string {
  const name = columnSql(column)
  switch (column.type.kind) {
    case 'text':
      return `${name}::text collate "C"`
    case 'enum':
      return enumSql(column, parameters)
    case 'decimal':
      return `round(${name}::numeric, ${column.type.scale})`
    case 'timestamp':
      return instantSql(column, parameters)
    case 'real':
      return `(${name}::text::float8 + 0)`
    default:
      return name
  }
}

function enumSql(column: Column, parameters: Parameters): string {
  const name = `${columnSql(column)}::text`
  const listed = parameters.add(column.type.kind === 'enum' ? column.type.values : [])
  return `case when ${name} is null then null when ${name} = any(${listed}::text[]) then ${name} else 'other' end collate "C"`
}

/**
 * What an aggregate takes: a column's value, or exact arithmetic. Whole microseconds of an elapsed time for a sum; in
 * its unit to six digits, rounded half away from zero, for everything else.
 */
export function operandSql(operand: Operand, parameters: Parameters, use: 'sum' | 'value'): string {
  if (typeof operand === 'object' && operand.node === 'elapsed' && use === 'sum')
    return microsecondsSql(operand, parameters)
  return typeof operand === 'object' && operand.node === 'column'
    ? valueSql(operand, parameters)
    : numberSql(operand, parameters)
}

function numberSql(operand: Operand, parameters: Parameters): string {
  if (typeof operand !== 'object') return `${parameters.add(String(operand))}::numeric`
  switch (operand.node) {
    case 'column':
      return `${valueSql(operand, parameters)}::numeric`
    case 'elapsed': {
      const elapsed = microsecondsSql(operand, parameters)
      const unit = microsecondsPer[operand.unit ?? 'second']
      return `(sign(${elapsed}) * div(abs(${elapsed}) * 2000000 + ${unit}, ${2n * unit}) * 0.000001)`
    }
    default: {
      const sign = { add: '+', subtract: '-', times: '*' }[operand.node]
      return `(${numberSql(operand.left, parameters)} ${sign} ${numberSql(operand.right, parameters)})`
    }
  }
}

/** An elapsed time in whole microseconds. `extract(epoch …)` is an exact numeric (PostgreSQL 14 and later). */
function microsecondsSql(operand: Exclude<Operand, number | string | Column>, parameters: Parameters): string {
  const [from, to] = [operand.left, operand.right] as [Column, Column]
  const instant = (column: Column) =>
    column.type.kind === 'date'
      ? `(${columnSql(column)}::timestamp at time zone 'UTC')`
      : instantSql(column, parameters)
  return `(extract(epoch from ${instant(to)} - ${instant(from)}) * 1000000)`
}
