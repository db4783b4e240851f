import type { ReportDefinition } from '../report/report.ts'

/** Whether each row of the source is behind exactly one vector of the report's first time column: then its counters say how many rows there are. */
export function keepsAllRows({ where, time, measures }: ReportDefinition): boolean {
  if (Object.keys(where).length > 0) return false
  const [first] = Object.values(measures)
  const column = first?.at ?? time?.column
  return column === undefined || !column.nullable
}
