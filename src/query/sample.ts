import { Temporal } from 'temporal-polyfill'
import type { ColumnKind } from '../report/column.ts'
import { type Given, parametersOf, periodsOf, type Reading, resolveReading } from '../report/reading.ts'
import type { ReportDefinition } from '../report/report.ts'
import type { SqlReportDefinition } from '../report/sql-report.ts'
import type { Tenant } from '../tenancy/tenant.ts'

/** A value of each kind, for a statement that is prepared and not read. */
export const sampleValues: Readonly<Record<ColumnKind, string>> = {
  text: '',
  integer: '0',
  bigint: '0',
  decimal: '0',
  boolean: 'true',
  date: '2020-01-01',
  timestamp: '2020-01-01T00:00:00Z',
  uuid: '00000000-0000-0000-0000-000000000000',
  enum: 'other',
  real: '0',
}

/** A reading of the report as if it were asked now, with days for the parameters that it takes. */
export function sampleReading(report: ReportDefinition, tenant: Tenant): Reading {
  const now = Temporal.Now.instant()
  return resolveReading(report, { tenant, given: sampleDays(report, now), attributes: {}, now })
}

/** From tomorrow on, so that they are within any `retain`; each period's end after its beginning. */
function sampleDays(report: ReportDefinition, now: Temporal.Instant): Given {
  const names = parametersOf(report)
  const days = new Map(names.map((name) => [name, 1]))
  for (const _ of names) {
    for (const { period } of periodsOf(report)) {
      if (period?.period !== 'given') continue
      days.set(period.to, Math.max(days.get(period.to) ?? 1, (days.get(period.from) ?? 1) + 1))
    }
  }
  const today = now.toZonedDateTimeISO('UTC').toPlainDate()
  return Object.fromEntries([...days].map(([name, ahead]) => [name, today.add({ days: ahead }).toString()]))
}

export function sampleGiven(report: SqlReportDefinition): Given {
  return Object.fromEntries(Object.entries(report.params).map(([name, { type }]) => [name, sampleValues[type.kind]]))
}
