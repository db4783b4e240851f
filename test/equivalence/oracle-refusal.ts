import type { Column } from '../../src/report/column.ts'
import type { Operand } from '../../src/report/expression.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import { summed } from './oracle-measures.ts'
import { timeOf } from './oracle-time.ts'
import { literal, readName } from './oracle-values.ts'

/**
 * Whether a placed row has a value without an exact figure where the report looks at it: in a dimension, in what a
 * measure of the row's own arm is of (whether or not the measure's condition takes the row), or in a time whose buckets
 * are those of all time.
 */
export function refusal(report: ReportDefinition): string {
  const faults = Object.entries(report.measures).flatMap(([name, { of }]) => {
    const time = timeOf(report, name)
    const columns = [...Object.values(report.dimensions), ...(of === undefined ? [] : columnsOf(of))]
    const arm = (role: string, looked: readonly Column[]) =>
      looked.map((column) => `role = '${role}' and by_time = ${literal(time?.property ?? '')} and ${isInexact(column)}`)
    const isAllTime = report.period === undefined && report.time?.grain !== undefined && time !== undefined
    return [
      ...arm('period', isAllTime ? [...columns, time] : columns),
      ...(summed(report).has(name) ? arm('opening', columns) : []),
    ]
  })
  return `exists (select from placed where ${['false', ...new Set(faults)].join('\n  or ')})`
}

const columnsOf = (operand: Operand): Column[] => {
  if (typeof operand !== 'object') return []
  return operand.node === 'column' ? [operand] : [...columnsOf(operand.left), ...columnsOf(operand.right)]
}

/** NaN, the infinities, and times outside the years 1 to 9999. */
export function isInexact(column: Column): string {
  const value = readName(column)
  switch (column.type.kind) {
    case 'decimal':
    case 'real':
      return `coalesce(${value}::text in ('NaN', 'Infinity', '-Infinity'), false)`
    case 'date':
    case 'timestamp':
      return `(not isfinite(${value}) or extract(year from ${value}) not between 1 and 9999) is true`
    default:
      return 'false'
  }
}
