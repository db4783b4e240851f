import type { ReportDefinition } from '../report/report.ts'
import { definition } from '../report/source.ts'

/** The reports of each table, by the source's name of it. */
export function byTable(reports: readonly ReportDefinition[]): ReadonlyMap<string, readonly ReportDefinition[]> {
  const tables = new Map<string, ReportDefinition[]>()
  for (const report of reports) {
    const { table } = report.from[definition]
    tables.set(table, [...(tables.get(table) ?? []), report])
  }
  return tables
}
