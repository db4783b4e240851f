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
  if (report.limit === undefined || report.time?.grain !== undefined || whole || dimensions.length === 0) return ''
  const names = Object.keys(report.measures)
  const keys: string[] = []
  for (const [name, direction] of Object.entries(report.order)) {
    const measure = report.measures[name]
    if (name in report.dimensions)
      keys.push(`${dimensionKey(report.dimensions[name]?.type, dimensions.indexOf(name), parameters)} ${direction}`)
    else if (measure !== undefined && measure.aggregate !== 'avg' && !isElapsed(measure)) {
      const m = names.indexOf(name)
      const filtered = resolveWhere(columnsOfSource(report.from), measure.where ?? {}).length > 0
      keys.push(
        `${aggregateSql(measure as Measure, `x${m}`, filtered ? ` filter (where w${m})` : '', parameters)} ${direction}`,
      )
    } else return ''
  }
  dimensions.forEach((name, at) => {
    keys.push(`${dimensionKey(report.dimensions[name]?.type, at, parameters)} asc`)
  })
  return `\norder by ${keys.map((key) => `${key} nulls last`).join(', ')}\nlimit ${parameters.add(String(report.limit))}::bigint`
}

/** An enum sorts by its declaration, `other` last. */
function dimensionKey(type: ColumnType | undefined, at: number, parameters: Parameters): string {
  if (type?.kind !== 'enum') return `d${at}`
  const place = `array_position(${parameters.add(type.values)}::text[], d${at})`
  return `coalesce(${place}, case when d${at} is null then null else ${type.values.length + 1} end)`
}

/** Sums of elapsed time are rounded after they are summed, so that SQL would break ties where the answer sees none. */
const isElapsed = ({ of }: Measure): boolean => typeof of === 'object' && of.node === 'elapsed'
