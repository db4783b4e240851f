import type { Arm } from '../report/arm.ts'
import type { Column, TimeKind } from '../report/column.ts'
import { columnsOf } from '../report/expression.ts'
import type { Measure } from '../report/measure.ts'
import { columnsOfSource, type Reading } from '../report/reading.ts'
import { resolveWhere } from '../report/resolve-where.ts'
import { projected, rawText, statesSql } from './aggregate-sql.ts'
import { valueSql } from './expression-sql.ts'
import { guardSql } from './guard-sql.ts'
import { relation, tenantPredicate } from './relation-sql.ts'
import type { Parameters } from './statement.ts'
import { testSql } from './test-sql.ts'
import { bucketSql, dayText, instantText, rangeSql } from './time-sql.ts'

/** The select list of an arm as text columns, and what follows it. */
interface SelectedArm {
  readonly columns: readonly string[]
  readonly rest: string
}

/** Projects the scoped rows to what the aggregates take (`d` dimensions, `b` bucket, `x` operands, `w` conditions), then groups. */
export function compileArm(
  { report, timeZone, tests }: Reading,
  arm: Arm,
  index: number,
  tenant: string,
  parameters: Parameters,
): SelectedArm {
  const rows = [
    ...tenantPredicate(report.from, 't', tenant, parameters),
    ...tests.map((test) => testSql(test, parameters)),
    ...rangeSql(arm, timeZone, parameters),
  ]
  const dimensions = Object.values(report.dimensions)
  const projection = dimensions.map((column, d) => `${valueSql(column, parameters)} as d${d}`)
  const columns = [`'${index}'`, '']
  const keys = dimensions.map((_, d) => `d${d}`)
  columns.push(...dimensions.map((column, d) => rawText(column.type, `d${d}`)))
  const grain = report.time?.grain
  if (arm.bucketed && grain !== undefined) {
    projection.push(`${bucketSql(arm.time as Column<TimeKind>, grain, timeZone, parameters)} as b`)
    columns.push(grain === 'hour' ? instantText('b') : dayText('b'))
    keys.push('b')
  } else if (grain !== undefined) {
    columns.push('null::text')
  }
  const measures = arm.measures.map((name) => report.measures[name] as Measure)
  measures.forEach((measure, m) => {
    const x = projected(measure, parameters)
    if (x !== undefined) projection.push(`${x} as x${m}`)
    const conditions = resolveWhere(columnsOfSource(report.from), measure.where ?? {})
    if (conditions.length > 0) {
      projection.push(`(${conditions.map((test) => testSql(test, parameters)).join(' and ')}) as w${m}`)
    }
    columns.push(...statesSql(measure, `x${m}`, conditions.length > 0 ? ` filter (where w${m})` : '', parameters))
  })
  const guarded = new Set([
    ...dimensions,
    ...measures.flatMap((measure) => (measure.of === undefined ? [] : columnsOf(measure.of))),
    ...(arm.bucketed && arm.days === undefined ? [arm.time as Column] : []),
  ])
  const guard = [...guarded].flatMap(guardSql)
  if (guard.length > 0) projection.push(`(${guard.join(' or ')}) as g`)
  columns[1] = guard.length > 0 ? 'bool_or(g)::text' : 'null::text'
  if (projection.length === 0) projection.push(`1 as one`)
  return {
    columns,
    rest: [
      `from (select ${projection.join(', ')}`,
      `  from ${relation(report.from)} t${rows.length === 0 ? '' : `\n  where ${rows.join('\n    and ')}`}) r`,
      ...(keys.length === 0 ? [] : [`group by ${keys.join(', ')}`]),
    ].join('\n'),
  }
}
