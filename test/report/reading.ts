import { Temporal } from 'temporal-polyfill'
import { type Asking, type Reading, resolveReading } from '../../src/report/reading.ts'
import type { ReportDefinition } from '../../src/report/report.ts'

interface Asked extends Partial<Pick<Asking, 'given' | 'attributes'>> {
  readonly now?: string
  readonly timeZone?: string
}

/** What a report reads at an instant, for a tenant in a zone: 21 November 2026, a Saturday, in UTC unless told. */
export function readingAt(report: ReportDefinition, asked: Asked = {}): Reading {
  const { now = '2026-11-21T12:30:00Z', timeZone = 'UTC', given = {}, attributes = {} } = asked
  return resolveReading(report, {
    tenant: { id: 'acme', timeZone },
    given,
    attributes,
    now: Temporal.Instant.from(now),
  })
}
