import type { ReportDefinition } from '../report/report.ts'
import { planOf } from '../rollup/plan.ts'
import { viewOf } from '../rollup/view.ts'
import type { ReportView } from '../store/postgres/report-view.ts'

/** The folded reports as a store describes them for readers by SQL: the same whatever the tenant's zone. */
export const reportViews = (reports: readonly ReportDefinition[]): ReportView[] =>
  reports.map((report) => {
    const { timeZone: _, ...plan } = planOf(report, 'UTC')
    return { report: report.name, plan: JSON.stringify(plan), flows: viewOf(report) }
  })
