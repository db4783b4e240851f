import type { Temporal } from 'temporal-polyfill'
import { MillraceError } from '../errors.ts'
import { type DayRange, daysOf, today } from './calendar.ts'
import type { Column, Day, TimeKind } from './column.ts'
import { givenDays } from './given-days.ts'
import { isPeriod, type Period } from './period.ts'
import type { ReportDefinition } from './report.ts'
import { type ResolvedTest, resolveWhere } from './resolve-where.ts'
import { type AnySource, definition } from './source.ts'
import { canonical } from './value.ts'

/** What a reader gives: each parameter or filter by its name, several values as a list. */
export type Given = Readonly<Record<string, unknown>>

/** What one read depends on besides the report. */
export interface Asking {
  readonly tenant: { readonly id: string; readonly timeZone: string }
  readonly given: Given
  /** The viewer's attributes that `restrict` looks at. */
  readonly attributes: Readonly<Record<string, readonly string[]>>
  readonly now: Temporal.Instant
}

export interface ResolvedPeriod {
  /** Its name in a comparison; undefined where the report has one period or none. */
  readonly name: string | undefined
  /** Undefined: all of time. */
  readonly days: DayRange | undefined
}

/**
 * One read of a report with everything resolved that depends on the reader, the tenant and the clock: what an engine
 * needs to measure the groups, and `answer` to make rows of them.
 */
export interface Reading {
  readonly report: ReportDefinition
  readonly timeZone: string
  readonly now: Temporal.Instant
  readonly periods: readonly ResolvedPeriod[]
  /** All of them hold for a row: the report's own condition, the reader's filters, the viewer's restrictions. */
  readonly tests: readonly ResolvedTest[]
}

/** Throws PARAMETER_INVALID where the reader gives too little, too much, or the wrong kind. */
export function resolveReading(report: ReportDefinition, asking: Asking): Reading {
  const { given, attributes, now } = asking
  const timeZone =
    report.time === undefined || report.time.timeZone === 'tenant' ? asking.tenant.timeZone : report.time.timeZone
  refuseUnknown(report, given)
  const on = today(now, timeZone)
  const days = (period: Period): DayRange =>
    period.period === 'given'
      ? givenDays(period, (name) => givenDay(given, name), report.retain, on)
      : daysOf(period, on)
  const periods = periodsOf(report).map(({ name, period }) => ({
    name,
    days: period === undefined ? undefined : days(period),
  }))
  const tests = [...conditionsOf(report, attributes)]
  for (const name of report.filters) {
    const values = given[name]
    if (values !== undefined) {
      tests.push(isOneOf(selected(report, name), Array.isArray(values) ? values : [values], name))
    }
  }
  return { report, timeZone, now, periods, tests }
}

/** What holds for every row that a viewer may read of the report, whatever the reader asks for. */
export function conditionsOf(report: ReportDefinition, attributes: Asking['attributes']): readonly ResolvedTest[] {
  const restricted = Object.entries(report.restrict).map(([name, attribute]) =>
    restriction(selected(report, name), Object.hasOwn(attributes, attribute) ? (attributes[attribute] ?? []) : []),
  )
  return [...resolveWhere(columnsOfSource(report.from), report.where), ...restricted]
}

/** The report's periods: one without a name, or those of a comparison; one of all time where it has none. */
export function periodsOf(
  report: ReportDefinition,
): readonly { name: string | undefined; period: Period | undefined }[] {
  const { period } = report
  if (period === undefined) return [{ name: undefined, period: undefined }]
  if (isPeriod(period)) return [{ name: undefined, period }]
  return Object.entries(period).map(([name, each]) => ({ name, period: each as Period }))
}

/** The parameters that the reader must give: the days between which a period lies. */
export function parametersOf(report: ReportDefinition): readonly string[] {
  const names = periodsOf(report).flatMap(({ period }) => (period?.period === 'given' ? [period.from, period.to] : []))
  return [...new Set(names)]
}

/** A dimension by its name, else a column of the source. */
export function selected(report: ReportDefinition, name: string): Column {
  return report.dimensions[name] ?? (columnsOfSource(report.from)[name] as Column)
}

/** The column by which a measure falls into periods and buckets; undefined where the report looks at no time. */
export function timeColumnOf(report: ReportDefinition, measure: string): Column<TimeKind> | undefined {
  return report.measures[measure]?.at ?? report.time?.column
}

export const columnsOfSource = (source: AnySource): Readonly<Record<string, Column>> => source[definition].columns

function refuseUnknown(report: ReportDefinition, given: Given): void {
  const known = new Set([...parametersOf(report), ...report.filters])
  const unknown = Object.keys(given).find((name) => !known.has(name))
  if (unknown === undefined) return
  const names = known.size === 0 ? 'it takes none' : `it takes ${[...known].join(', ')}`
  throw new MillraceError('PARAMETER_INVALID', `report "${report.name}" has no such parameter or filter; ${names}`)
}

function givenDay(given: Given, name: string): Day {
  if (given[name] === undefined) {
    throw new MillraceError('PARAMETER_INVALID', `"${name}" is missing: a day as YYYY-MM-DD`)
  }
  return parameter({ type: { kind: 'date' } }, given[name], name)
}

/** The canonical text of what the reader gives. Throws PARAMETER_INVALID with the parameter's name. */
export function parameter(column: Pick<Column, 'type'>, value: unknown, name: string): string {
  try {
    return canonical(column.type, value)
  } catch (cause) {
    throw new MillraceError('PARAMETER_INVALID', `"${name}": ${(cause as Error).message}`)
  }
}

/** A filter takes null where the column may hold it. */
function isOneOf(column: Column, values: readonly unknown[], name: string): ResolvedTest {
  const orNull = column.nullable && values.includes(null)
  const texts = values.filter((value) => !(orNull && value === null)).map((value) => parameter(column, value, name))
  return { column, test: 'in', values: texts, orNull }
}

/** A value of the viewer's attribute that the column cannot hold allows no row. */
function restriction(column: Column, allowed: readonly string[]): ResolvedTest {
  const values = allowed.flatMap((value) => {
    try {
      return [canonical(column.type, value)]
    } catch {
      return []
    }
  })
  return { column, test: 'in', values, orNull: false }
}
