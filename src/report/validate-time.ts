import type { Column } from './column.ts'
import { timeColumnOf } from './reading.ts'
import type { Refuse } from './refusal.ts'
import type { ReportDefinition } from './report.ts'
import type { Grain } from './row.ts'
import { isTimeZone, timeZoneExpected } from './time-zone.ts'
import { columnFault } from './validate-operand.ts'

const grains: Readonly<Record<Grain, true>> = {
  hour: true,
  day: true,
  week: true,
  month: true,
  quarter: true,
  year: true,
}

const timeMembers = ['column', 'grain', 'timeZone']

/** What the report's period and grain look at. */
export function validateTime(report: ReportDefinition, refuse: Refuse): void {
  const { time, period, measures } = report
  const grain = time?.grain
  if (time !== undefined && grain === undefined && period === undefined) {
    refuse('time', 'says what a period and a grain look at, and the report has neither')
  }
  const unknown = Object.keys(time ?? {}).find((member) => !timeMembers.includes(member))
  if (unknown !== undefined) refuse(`time.${unknown}`, `expected one of ${timeMembers.join(', ')}`)
  if (time?.column !== undefined) validateTimeColumn('time.column', time.column, report, refuse)
  for (const name of Object.keys(measures)) validateMeasureTime(name, report, refuse)
  if (grain !== undefined && !Object.hasOwn(grains, grain)) {
    refuse('time.grain', `expected one of ${Object.keys(grains).join(', ')}`)
  }
  if (time !== undefined && time.timeZone !== 'tenant' && !isTimeZone(time.timeZone)) {
    refuse('time.timeZone', `${timeZoneExpected}, or "tenant"`)
  }
}

function validateMeasureTime(name: string, report: ReportDefinition, refuse: Refuse): void {
  const { time, measures } = report
  const at = measures[name]?.at
  const field = `measures.${name}.at`
  if (at !== undefined) validateTimeColumn(field, at, report, refuse)
  if (at !== undefined && time === undefined) {
    refuse(field, 'says what a period and a grain look at, and the report has neither')
  }
  const column = timeColumnOf(report, name)
  if (time !== undefined && column === undefined) {
    refuse(field, 'a report with a period or a grain needs a time column: here, or as `time.column`')
  }
  if (time?.grain === 'hour' && column?.type.kind === 'date') {
    refuse('time.grain', `a day has no hours, and "${column.property}" is a date`)
  }
}

function validateTimeColumn(field: string, column: Column, { from }: ReportDefinition, refuse: Refuse): void {
  const fault = column?.node === 'column' ? columnFault(column, from) : 'expected a column of the source'
  if (fault !== undefined) refuse(field, fault)
  if (column.type.kind !== 'timestamp' && column.type.kind !== 'date') {
    refuse(field, `expected a timestamp or a date, and "${column.property}" is ${column.type.kind}`)
  }
}
