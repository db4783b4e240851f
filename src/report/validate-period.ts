import { memberFault } from './name.ts'
import { isPeriod, type PeriodShape, type PeriodUnit } from './period.ts'
import { mostDays, reachOf } from './period-reach.ts'
import type { Refuse } from './refusal.ts'
import type { ReportDefinition } from './report.ts'
import { secondsOf } from './validate-header.ts'

const units: Readonly<Record<PeriodUnit, true>> = { day: true, week: true, month: true, quarter: true, year: true }

/** About a thousand years either way: nobody means more, and days stay within those that a database has. */
const furthestDays = 366_000

/** The report's period, or those of a comparison, and how far back they look. */
export function validatePeriods(report: ReportDefinition, refuse: Refuse): void {
  const { period, retain, filters } = report
  if (retain !== undefined && period === undefined) {
    refuse('retain', 'without a period the report looks back over all of time')
  }
  const retained = retain === undefined ? undefined : secondsOf('retain', retain, refuse)
  if (period === undefined) return
  for (const [field, each] of periodsIn(period, refuse)) {
    validatePeriod(field, each, refuse)
    if (each.period === 'given') validateGiven(field, each, filters, refuse)
    if (retained !== undefined && (reachOf(each) ?? 0) * 86_400 > retained) {
      refuse(field, `may look back over ${reachOf(each)} days, and \`retain\` is "${retain}"`)
    }
  }
}

function periodsIn(period: NonNullable<ReportDefinition['period']>, refuse: Refuse): [string, PeriodShape][] {
  const given: unknown = period
  if (typeof given !== 'object' || given === null) refuse('period', 'expected a period, or at least two by name')
  if (isPeriod(given)) return [['period', given]]
  const named = Object.entries(given)
  if (named.length < 2) refuse('period', 'expected a period, or at least two by name')
  return named.map(([name, each]) => {
    const fault = memberFault(name)
    if (fault !== undefined) refuse(`period.${name}`, fault)
    return [`period.${name}`, each]
  })
}

function validatePeriod(field: string, period: PeriodShape, refuse: Refuse): void {
  const expected = 'expected a period, such as lastDays(30), month(-1) or given("from", "to")'
  if (period?.period === 'given') return
  if (!Object.hasOwn(units, String(period?.unit))) refuse(field, expected)
  switch (period.period) {
    case 'last':
      if (!Number.isInteger(period.count) || period.count < 1)
        refuse(field, 'expected a whole number of units, at least 1')
      if (mostDays(period.unit, period.count) > furthestDays)
        refuse(field, 'looks back over more than a thousand years')
      return
    case 'unit':
      if (!Number.isInteger(period.offset)) refuse(field, 'expected a whole number of units from the current one')
      if (mostDays(period.unit, Math.abs(period.offset)) > furthestDays)
        refuse(field, 'is more than a thousand years away')
      return
    default:
      refuse(field, expected)
  }
}

function validateGiven(
  field: string,
  { from, to }: Extract<PeriodShape, { period: 'given' }>,
  filters: readonly string[],
  refuse: Refuse,
): void {
  for (const name of [from, to]) {
    const fault = memberFault(name)
    if (fault !== undefined) refuse(field, `parameter "${name}": ${fault}`)
    if (filters.includes(name)) refuse(field, `"${name}" is also a filter: name the parameter otherwise`)
  }
  if (from === to) refuse(field, `"${from}" cannot be both the first day and the day after the last`)
}
