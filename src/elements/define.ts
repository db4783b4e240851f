/** `millrace/elements`: registers the custom elements of a dashboard. */

export type { TokenSource } from '../client/access.ts'

import { MillraceBars } from './millrace-bars.ts'
import { MillraceReport } from './millrace-report.ts'
import { MillraceReports } from './millrace-reports.ts'
import { MillraceSeries } from './millrace-series.ts'
import { MillraceSpark } from './millrace-spark.ts'
import { MillraceTable } from './millrace-table.ts'
import { MillraceValue } from './millrace-value.ts'

export { addMessages, type Messages } from './messages.ts'
export { MillraceBars, MillraceReport, MillraceReports, MillraceSeries, MillraceTable, MillraceValue }

declare global {
  interface HTMLElementTagNameMap {
    'millrace-bars': MillraceBars
    'millrace-report': MillraceReport
    'millrace-reports': MillraceReports
    'millrace-series': MillraceSeries
    'millrace-spark': MillraceSpark
    'millrace-table': MillraceTable
    'millrace-value': MillraceValue
  }
}

/** What gives comes before those that ask for it when they are made. */
const elements = {
  'millrace-reports': MillraceReports,
  'millrace-bars': MillraceBars,
  'millrace-report': MillraceReport,
  'millrace-series': MillraceSeries,
  'millrace-spark': MillraceSpark,
  'millrace-table': MillraceTable,
  'millrace-value': MillraceValue,
}
/** A page may load the module twice, under two addresses. */
for (const [name, element] of Object.entries(elements))
  if (customElements.get(name) === undefined) customElements.define(name, element)
