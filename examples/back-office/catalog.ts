import { catalog, type ReportDefinition } from 'millrace'
import activeVulnerabilities from './reports/active-vulnerabilities.ts'
import bookingComparison from './reports/booking-comparison.ts'
import bookingSummary from './reports/booking-summary.ts'
import bookingsByChannel from './reports/bookings-by-channel.ts'
import bookingsByDay from './reports/bookings-by-day.ts'
import bookingsByWeek from './reports/bookings-by-week.ts'
import busiestStations from './reports/busiest-stations.ts'
import comparisonByClass from './reports/comparison-by-class.ts'
import exploitedVulnerabilities from './reports/exploited-vulnerabilities.ts'
import remediation from './reports/remediation.ts'
import revenueByChannel from './reports/revenue-by-channel.ts'
import revenueByWeek from './reports/revenue-by-week.ts'
import revenueComparison from './reports/revenue-comparison.ts'
import timeToResolve from './reports/time-to-resolve.ts'
import timeToResolveBySeverity from './reports/time-to-resolve-by-severity.ts'
import vulnerabilitySummary from './reports/vulnerability-summary.ts'
import vulnerabilityTrend from './reports/vulnerability-trend.ts'

/** Every report of the back office. Who sees which is a matter of roles. */
export const backOffice = catalog([
  bookingSummary,
  bookingsByChannel,
  bookingsByDay,
  bookingsByWeek,
  busiestStations,
  bookingComparison,
  comparisonByClass,
  revenueComparison,
  revenueByWeek,
  revenueByChannel,
  vulnerabilitySummary,
  activeVulnerabilities,
  vulnerabilityTrend,
  remediation,
  timeToResolve,
  timeToResolveBySeverity,
  exploitedVulnerabilities,
])

/** Those that the reporting store can answer: all but the ones in raw SQL. */
export const foldedReports: readonly ReportDefinition[] = backOffice.reports.flatMap((report) =>
  report.node === 'report' ? [report] : [],
)
