import type { ColumnType } from '../report/column.ts'
import type { Measure } from '../report/measure.ts'
import type { Reading } from '../report/reading.ts'
import { columnsOfSource } from '../report/reading.ts'
import { resolveWhere } from '../report/resolve-where.ts'
import { aggregateSql } from './aggregate-sql.ts'
import type { Parameters } from './statement.ts'

/**
 * `order by … limit` for a report of one arm whose order and limit SQL can apply exactly as `answer` does, so that a "top
 * ten" of many groups reads ten rows. Empty where a derived value, a label or a filled gap decides.
 */
export function orderSql({ report }: Reading, parameters: Parameters): string {
  const dimensions = Object.keys(report.dimensions)
  const whole = Object.values(report.derive).some(({ derive }) => derive === 'share' || derive === 'runningTotal')
  const isSorted = (name: string) => name in report.dimensions || isSortable(report.measures[name])
  if (report.limit === undefined || report.time?.grain !== undefined || whole || dimensions.length === 0) return ''
  if (!Object.keys(report.order).every(isSorted)) return ''
  const dimension = (name: string) =>
    sortKeySql(report.dimensions[name]?.type, `d${dimensions.indexOf(name)}`, parameters)
  const aggregate = (name: string) => {
    const measure = report.measures[name] as Measure
    const m = Object.keys(report.measures).indexOf(name)
    const filtered = resolveWhere(columnsOfSource(report.from), measure.where ?? {}).length > 0
    return aggregateSql(measure, `x${m}`, filtered ? ` filter (where w${m})` : '', parameters)
  }
  const keys = [
    ...Object.entries(report.order).map(
      ([name, direction]) => `${name in report.dimensions ? dimension(name) : aggregate(name)} ${direction}`,
    ),
    ...dimensions.map((name) => `${dimension(name)} asc`),
  ]
  return `\norder by ${keys.map((key) => `${key} nulls last`).join(', ')}\nlimit ${parameters.add(String(report.limit))}::bigint`
}

/**
 * What a value of the projection `r` sorts by: an enum by its declaration, `other` last. The projection's name stands
 * before the value's: a name alone would be the statement's own column, which PostgreSQL calls the same, and which is text.
 */
export function sortKeySql(type: ColumnType | undefined, name: string, parameters: Parameters): string {
  const value = `r.${name}`
  if (type?.kind !== 'enum') return value
  const place = `array_position(${parameters.add(type.values)}::text[], ${value})`
  return `coalesce(${place}, case when ${value} is null then null else ${type.values.length + 1} end)`
}

/**
 * Whether SQL sorts by the measure as the answer does. Means and sums of elapsed time are rounded after they are summed, so
 * that SQL would break ties where the answer sees none.
 */
function isSortable(measure: Measure | undefined): boolean {
  if (measure === undefined || measure.aggregate === 'avg') return false
  return !(typeof measure.of === 'object' && measure.of.node === 'elapsed')
}
