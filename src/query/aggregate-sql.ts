import type { ColumnType } from '../report/column.ts'
import { isNullable, scaleOf, typeOf } from '../report/expression.ts'
import type { Measure } from '../report/measure.ts'
import { operandSql } from './expression-sql.ts'
import type { Parameters } from './statement.ts'
import { dayText, instantText } from './time-sql.ts'

/** What the projection must give an aggregate, under the name `x`. Undefined for a count of rows. */
export function projected({ aggregate, of, digits }: Measure, parameters: Parameters): string | undefined {
  if (of === undefined) return undefined
  if (aggregate === 'percentile' && digits !== 'all') {
    return significant(operandSql(of, parameters, 'value'), scaleOf(typeOf(of)), digits ?? 3)
  }
  return operandSql(of, parameters, aggregate === 'sum' || aggregate === 'avg' ? 'sum' : 'value')
}

/**
 * A number rounded to some significant digits, half away from zero, without logarithms: how many digits it has is counted
 * in its text.
 */
function significant(number: string, scale: number, digits: number): string {
  const counted = `length(trunc(abs(${number}::numeric) * ${10n ** BigInt(scale)})::text)`
  return `round(${number}::numeric, ${digits + scale} - ${counted})`
}

/** The aggregate itself, typed, of the projected column `x`; the rows for which `filter` holds. */
export function aggregateSql(measure: Measure, x: string, filter: string, parameters: Parameters): string {
  switch (measure.aggregate) {
    case 'count':
      return `count(${measure.of === undefined ? '*' : x})${filter}`
    case 'countDistinct':
      return `count(distinct ${x})${filter}`
    case 'sum':
    case 'avg': {
      const sum = `sum(${x})${filter}`
      return measure.aggregate === 'avg' || isNullable(measure.of ?? 0) ? sum : `coalesce(${sum}, 0)`
    }
    case 'percentile':
      return `percentile_disc(${parameters.add(String(measure.fraction))}::float8) within group (order by ${x})${filter}`
    default:
      return `${measure.aggregate}(${x})${filter}`
  }
}

/** The states of a measure as text, in the order of `statesOf`. */
export function statesSql(measure: Measure, x: string, filter: string, parameters: Parameters): string[] {
  const aggregate = aggregateSql(measure, x, filter, parameters)
  if (measure.aggregate === 'avg') {
    return [`trim_scale(${aggregate}::numeric)::text`, `(count(${x})${filter})::text`]
  }
  const isPick = measure.aggregate === 'min' || measure.aggregate === 'max' || measure.aggregate === 'percentile'
  return [isPick ? rawText(typeOf(measure.of ?? 0), aggregate) : `(${aggregate})::text`]
}

/** A typed value as the text that travels between an engine and the answer. */
export function rawText(type: ColumnType, sql: string): string {
  if (type.kind === 'timestamp') return instantText(sql)
  if (type.kind === 'date') return dayText(sql)
  return `(${sql})::text`
}
