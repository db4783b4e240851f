import { memberFault } from './name.ts'
import type { Refuse } from './refusal.ts'
import type { ReportDefinition } from './report.ts'
import { columnFault } from './validate-operand.ts'

/** More rows than anybody reads; a process that answers has its own, lower limit. */
const greatestLimit = 1_000_000

/** The columns of the answer have names that do not clash, and what the answer is sorted by is one of them. */
export function validateRows(report: ReportDefinition, refuse: Refuse): void {
  const { dimensions, lookup, measures, derive, order, limit } = report
  if (Object.keys(measures).length === 0) refuse('measures', 'a report has at least one measure')
  for (const [name, column] of Object.entries(dimensions)) {
    const fault = column?.node === 'column' ? columnFault(column, report.from) : 'expected a column of the source'
    if (fault !== undefined) refuse(`dimensions.${name}`, fault)
  }
  const names = new Set<string>()
  const taken: readonly [part: string, names: readonly string[]][] = [
    ['dimensions', Object.keys(dimensions)],
    ['lookup', Object.keys(lookup).map((name) => `${name}Label`)],
    ['measures', Object.keys(measures)],
    ['derive', Object.keys(derive)],
  ]
  for (const [part, name] of taken.flatMap(([part, names]) => names.map((name) => [part, name] as const))) {
    const fault = memberFault(name)
    if (fault !== undefined) refuse(`${part}.${name}`, fault)
    if (name === 'time') refuse(`${part}.time`, 'the name is taken by the time of a row')
    if (names.has(name)) refuse(`${part}.${name}`, `a row would have two columns called "${name}"`)
    names.add(name)
  }
  if (report.time?.grain !== undefined) names.add('time')
  for (const [name, direction] of Object.entries(order)) {
    if (!names.has(name)) refuse(`order.${name}`, 'the rows have no such column')
    if (direction !== 'asc' && direction !== 'desc') refuse(`order.${name}`, 'expected "asc" or "desc"')
  }
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= greatestLimit)) {
    refuse('limit', `expected a whole number from 1 to ${greatestLimit}`)
  }
}
