import { columnsOfSource } from './reading.ts'
import { isRecord, recordExpected } from './refusal.ts'
import type { ReportDefinition } from './report.ts'
import { isSource } from './sql.ts'
import { validateDerived } from './validate-derived.ts'
import { validateHeader } from './validate-header.ts'
import { validateMeasure } from './validate-measure.ts'
import { validatePeriods } from './validate-period.ts'
import { validateRows } from './validate-rows.ts'
import { validateSelection } from './validate-selection.ts'
import { validateTime } from './validate-time.ts'
import { validateWhere } from './validate-where.ts'

const members = [
  'from',
  'where',
  'dimensions',
  'lookup',
  'time',
  'period',
  'measures',
  'derive',
  'filters',
  'restrict',
  'order',
  'limit',
  'retain',
]

const byName = ['dimensions', 'lookup', 'measures', 'derive', 'restrict', 'order'] as const

/**
 * Refuses a definition that no database could answer as it is meant, as soon as its file is loaded: much of it does not
 * compile, but a report may be written in JavaScript, or its values come from elsewhere. Throws REPORT_INVALID.
 */
export function validateReport(report: ReportDefinition): void {
  const refuse = validateHeader(report, members)
  if (!isSource(report.from)) refuse('from', 'expected a source')
  const shapeless = byName.find((member) => !isRecord(report[member]))
  if (shapeless !== undefined) refuse(shapeless, recordExpected)
  validateWhere('where', report.where, columnsOfSource(report.from), refuse)
  for (const [name, measure] of Object.entries(report.measures)) validateMeasure(name, measure, report, refuse)
  validateTime(report, refuse)
  validatePeriods(report, refuse)
  validateSelection(report, refuse)
  for (const [name, derived] of Object.entries(report.derive)) validateDerived(name, derived, report, refuse)
  validateRows(report, refuse)
}
