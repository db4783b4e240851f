import type { Column, TimeKind } from '../report/column.ts'
import { columnsOf } from '../report/expression.ts'
import type { Measure } from '../report/measure.ts'
import { columnsOfSource, selected, timeColumnOf } from '../report/reading.ts'
import type { ReportDefinition } from '../report/report.ts'
import { type ResolvedTest, resolveWhere } from '../report/resolve-where.ts'

/** How a report is folded for one tenant: constants of a build. */
export interface Plan {
  readonly report: ReportDefinition
  readonly timeZone: string
  readonly where: readonly ResolvedTest[]
  /** The report's dimensions, then the columns that only filters and restrictions look at. */
  readonly dimensions: readonly Column[]
  readonly flows: readonly Flow[]
  /** Whether counters are kept by day, which every period is made of; otherwise of all time. */
  readonly byDay: boolean
}

/** The measures that fall into time by one column. */
export interface Flow {
  readonly time: Column<TimeKind> | undefined
  readonly measures: readonly PlannedMeasure[]
  /** Whether a running total needs the counters of all of time beside those of buckets. */
  readonly totals: boolean
  /**
   * Whether a day is kept by hour, too. The day stands before the hour, since where clocks go back over midnight one hour
   * holds moments of two days.
   */
  readonly byHour: boolean
  /** Columns whose values must have an exact figure. */
  readonly guarded: readonly Column[]
  /** Those of them that an opening balance looks at, too; undefined where there is none. */
  readonly openingGuarded: readonly Column[] | undefined
  /** How many numbers a group's vector has: rows, rows with a refused value, those of an opening balance, then the measures' own. */
  readonly width: number
}

export interface PlannedMeasure {
  readonly name: string
  readonly measure: Measure
  readonly where: readonly ResolvedTest[]
  /** Where its numbers stand in a group's vector; undefined for a measure of counted values. */
  readonly offset: number | undefined
}

export const rowsAt = 0
export const refusedAt = 1
/** Only where there is an opening balance. */
export const openingRefusedAt = 2

export function planOf(report: ReportDefinition, tenantZone: string): Plan {
  const { time, period } = report
  const columns = columnsOfSource(report.from)
  const named = Object.values(report.dimensions)
  const hidden = [...report.filters, ...Object.keys(report.restrict)]
    .map((name) => selected(report, name))
    .filter((column) => !named.includes(column))
  const summed = new Set(
    Object.values(report.derive).flatMap((derived) =>
      derived.derive === 'runningTotal' ? [derived.add, derived.subtract] : [],
    ),
  )
  const times = new Set(Object.keys(report.measures).map((name) => timeColumnOf(report, name)))
  const dimensions = [...named, ...new Set(hidden)]
  return {
    report,
    timeZone: time === undefined || time.timeZone === 'tenant' ? tenantZone : time.timeZone,
    where: resolveWhere(columns, report.where),
    dimensions,
    flows: [...times].map((column) => {
      const names = Object.keys(report.measures).filter((name) => timeColumnOf(report, name) === column)
      return flowOf(report, column, names, period === undefined ? [] : names.filter((name) => summed.has(name)), named)
    }),
    byDay: period !== undefined || time?.grain !== undefined,
  }
}

function flowOf(
  report: ReportDefinition,
  time: Column<TimeKind> | undefined,
  names: readonly string[],
  summed: readonly string[],
  dimensions: readonly Column[],
): Flow {
  const columns = columnsOfSource(report.from)
  const totals = summed.length > 0
  let width = (totals ? openingRefusedAt : refusedAt) + 1
  const measures = names.map((name): PlannedMeasure => {
    const measure = report.measures[name] as Measure
    const numbers = numbersOf(measure)
    const offset = numbers === 0 ? undefined : width
    width += numbers
    return { name, measure, where: resolveWhere(columns, measure.where ?? {}), offset }
  })
  const operandsOf = (some: readonly string[]) =>
    some.map((name) => report.measures[name]?.of).flatMap((of) => (of === undefined ? [] : columnsOf(of)))
  const unbounded = time !== undefined && report.period === undefined && report.time?.grain !== undefined ? [time] : []
  const byHour = report.time?.grain === 'hour' && time?.type.kind === 'timestamp'
  const guarded = [...new Set([...dimensions, ...operandsOf(names), ...unbounded])]
  const openingGuarded = totals ? [...new Set([...dimensions, ...operandsOf(summed)])] : undefined
  return { time, measures, totals, byHour, guarded, openingGuarded, width }
}

/** A count is one number; a sum and a mean are the sum and how many values it has. */
function numbersOf({ aggregate }: Measure): number {
  switch (aggregate) {
    case 'count':
      return 1
    case 'sum':
    case 'avg':
      return 2
    default:
      return 0
  }
}
