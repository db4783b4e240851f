import { catalog, type ReportDefinition } from 'millrace'
import activeVulnerabilities from './reports/active-vulnerabilities.ts'
import bookingComparison from './reports/booking-comparison.ts'
import bookingSummary from './reports/booking-summary.ts'
import bookingsByChannel from './reports/bookings-by-channel.ts'
import bookingsByDay from './reports/bookings-by-day.ts'
import busiestStations from './reports/busiest-stations.ts'
import comparisonByClass from './reports/comparison-by-class.ts'
import remediation from './reports/remediation.ts'
import revenueByChannel from './reports/revenue-by-channel.ts'
import revenueComparison from './reports/revenue-comparison.ts'
import vulnerabilitySummary from './reports/vulnerability-summary.ts'
import vulnerabilityTrend from './reports/vulnerability-trend.ts'

/** Every report of the back office. Who sees which is a matter of roles. */
export const backOffice = catalog([
  bookingSummary,
  bookingsByChannel,
  bookingsByDay,
  busiestStations,
  bookingComparison,
  comparisonByClass,
  revenueComparison,
  revenueByChannel,
  vulnerabilitySummary,
  activeVulnerabilities,
  vulnerabilityTrend,
  remediation,
])

/** Those that the reporting store can answer: all but the ones in raw SQL. */
export const foldedReports: readonly ReportDefinition[] = backOffice.reports.flatMap((report) =>
  report.node === 'report' ? [report] : [],
)
