import { bigint, nullable, text, timestamp } from '../../src/report/column.ts'
import { count, countDistinct } from '../../src/report/measure.ts'
import { type ReportDefinition, report } from '../../src/report/report.ts'
import { bySchema, source } from '../../src/report/source.ts'
import type { Row } from './data.ts'

/** A set of real changes in their commit order, a report over it, and what that report must say at the end of months. */
export interface RealHistory {
  readonly data: string
  readonly table: string
  /** The columns that the table has of the file's, with their types; the first is the key. */
  readonly columns: Readonly<Record<string, string>>
  /** Whether each tenant has a schema of its own. */
  readonly bySchema: boolean
  /** What makes one transaction of changes. */
  readonly transaction: string
  readonly report: ReportDefinition
  readonly answers: string
  /** The answer's row as the file has it, month and tenant left out. Undefined where the file has none. */
  readonly written: (row: any) => Row | undefined
  /** Months of a short run. */
  readonly months: number
}

const finding = { tenant: text(), status: nullable(text()), severity: nullable(text()) }

const trivy = source('finding', {
  columns: {
    findingId: bigint(),
    ...finding,
    assetGroup: text(),
    vulnId: text(),
    firstSeenAt: timestamp(),
    resolvedAt: nullable(timestamp()),
  },
  key: 'findingId',
  tenant: 'tenant',
})
const wolfi = source('triage', {
  columns: { findingId: bigint(), tenant: text(), package: text(), status: nullable(text()) },
  key: 'findingId',
  tenant: 'tenant',
})
const advisories = source('advisory', {
  columns: { findingId: bigint(), ...finding, advisoryId: text() },
  key: 'findingId',
  tenant: 'tenant',
})
const bookings = source('booking', {
  columns: { bookingId: bigint(), status: text(), hotel: text() },
  key: 'bookingId',
  tenant: bySchema,
})

export const realHistories: readonly RealHistory[] = [
  {
    data: 'findings_trivy',
    table: 'finding',
    columns: {
      finding_id: 'bigint',
      tenant: 'text not null',
      asset_group: 'text not null',
      vuln_id: 'text not null',
      severity: 'text',
      status: 'text',
      first_seen_at: 'timestamptz not null',
      resolved_at: 'timestamptz',
    },
    bySchema: false,
    transaction: 'txn',
    report: report({
      name: 'open-findings',
      permission: 'read',
      from: trivy,
      where: { status: 'open' },
      dimensions: { group: trivy.assetGroup, severity: trivy.severity },
      measures: { open: count(), vulns: countDistinct(trivy.vulnId) },
    }),
    answers: 'trivy_open_at_month_end',
    written: ({ group, severity, open, vulns }) => ({
      asset_group: group,
      severity,
      open_findings: `${open}`,
      distinct_vulns: `${vulns}`,
    }),
    months: 3,
  },
  {
    data: 'findings_wolfi',
    table: 'triage',
    columns: { finding_id: 'bigint', tenant: 'text not null', package: 'text not null', status: 'text' },
    bySchema: false,
    transaction: 'txn',
    report: report({
      name: 'open-triage',
      permission: 'read',
      from: wolfi,
      where: { status: ['open', 'confirmed', 'pending_fix'] },
      measures: { open: count() },
    }),
    answers: 'wolfi_open_per_tenant_at_month_end',
    written: ({ open }) => (open === 0 ? undefined : { open_findings: `${open}` }),
    months: 2,
  },
  {
    data: 'advisories',
    table: 'advisory',
    columns: {
      finding_id: 'bigint',
      tenant: 'text not null',
      advisory_id: 'text not null',
      severity: 'text',
      status: 'text',
    },
    bySchema: false,
    transaction: 'txn',
    report: report({
      name: 'live-advisories',
      permission: 'read',
      from: advisories,
      dimensions: { severity: advisories.severity },
      measures: { all: count(), unfixed: count({ where: { status: 'unfixed' } }) },
    }),
    answers: 'advisories_live_at_month_end',
    written: ({ severity, all, unfixed }) => ({ severity, advisories: `${all}`, unfixed: `${unfixed}` }),
    months: 6,
  },
  {
    data: 'hotels',
    table: 'booking',
    columns: { booking_id: 'bigint', status: 'text not null', hotel: 'text not null' },
    bySchema: true,
    transaction: 'seq',
    report: report({
      name: 'booking-status',
      permission: 'read',
      from: bookings,
      dimensions: { status: bookings.status },
      measures: { bookings: count() },
    }),
    answers: 'hotels_status_at_month_end_per_tenant',
    written: ({ status, bookings }) => ({ status, bookings: `${bookings}` }),
    months: 1,
  },
]
