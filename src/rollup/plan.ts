import type { Column, ColumnType, TimeKind } from '../report/column.ts'
import { columnsOf, type Operand, typeOf } from '../report/expression.ts'
import { retainedDays } from '../report/given-days.ts'
import type { Aggregate, Measure } from '../report/measure.ts'
import { columnsOfSource, selected, timeColumnOf } from '../report/reading.ts'
import type { ReportDefinition } from '../report/report.ts'
import { resolveWhere } from '../report/resolve-where.ts'
import { columnKey, type FoldColumn, foldColumn } from './fold-column.ts'
import { type FoldOperand, foldOperand } from './fold-operand.ts'
import { type FoldTest, foldTest } from './holds.ts'
import { packedOf } from './packing.ts'

/** How a report is folded for one tenant: constants of a build, as plain data. */
export interface FoldPlan {
  /** Whose days the counters are kept by; UTC where no clock is looked at. */
  readonly timeZone: string
  readonly where: readonly FoldTest[]
  /** The report's dimensions, then the columns that only filters and restrictions look at. */
  readonly dimensions: readonly FoldColumn[]
  /** The indexes of the dimensions whose values choose a place in the vector, rather than a key (see packing.ts). */
  readonly packed: readonly number[]
  readonly flows: readonly Flow[]
  /** Whether counters are kept by day, which every period is made of; otherwise of all time. */
  readonly byDay: boolean
  /** Of each filter, in order: the values that it may take. */
  readonly options: readonly PlannedOptions[]
  /** How many days, today included, the report may look back: counters of days before them expire. Absent: they stay. */
  readonly retainDays?: number
}

/** The measures that fall into time by one column. */
export interface Flow {
  /** Null: the report looks at no time. */
  readonly time: FoldColumn | null
  readonly measures: readonly PlannedMeasure[]
  /** Whether a running total needs the counters of all of time beside those of buckets. */
  readonly totals: boolean
  /**
   * Whether a day is kept by hour, too. The day stands before the hour, since where clocks go back over midnight one hour
   * holds moments of two days.
   */
  readonly byHour: boolean
  /** Columns whose values must have an exact figure. */
  readonly guarded: readonly FoldColumn[]
  /** Those of them that an opening balance looks at, too; null where there is none. */
  readonly openingGuarded: readonly FoldColumn[] | null
  /** How many numbers a group's vector has: rows, rows with a refused value, those of an opening balance, then the measures' own. */
  readonly width: number
}

export interface PlannedMeasure {
  readonly name: string
  readonly aggregate: Aggregate
  /** Null: rows are counted. */
  readonly of: FoldOperand | null
  /** What the operand's values are. */
  readonly type: ColumnType
  /** Significant digits that counted values are rounded to. */
  readonly digits: number | 'all'
  readonly where: readonly FoldTest[]
  /** Where its numbers stand in a group's vector; null for a measure of counted values. */
  readonly offset: number | null
}

/** A filter's values are counted by themselves, and by those of the columns that restrict who may see them. */
export interface PlannedOptions {
  readonly filter: string
  readonly column: FoldColumn
  readonly restricted: readonly FoldColumn[]
}

export const rowsAt = 0
export const refusedAt = 1
/** Only where there is an opening balance. */
export const openingRefusedAt = 2

export function planOf(report: ReportDefinition, tenantZone: string): FoldPlan {
  const { time, period } = report
  const columns = columnsOfSource(report.from)
  const named = Object.values(report.dimensions).map(foldColumn)
  const restricted = unique(Object.keys(report.restrict).map((name) => foldColumn(selected(report, name))))
  const options = report.filters.map((filter) => ({ filter, column: foldColumn(selected(report, filter)), restricted }))
  const dimensions = [...named, ...unique([...options.map(({ column }) => column), ...restricted], named)]
  const summed = new Set(
    Object.values(report.derive).flatMap((derived) =>
      derived.derive === 'runningTotal' ? [derived.add, derived.subtract] : [],
    ),
  )
  const times = new Set(Object.keys(report.measures).map((name) => timeColumnOf(report, name)))
  const byDay = period !== undefined || time?.grain !== undefined
  const hasClock = byDay && [...times].some((column) => column?.type.kind === 'timestamp')
  return {
    timeZone: !hasClock ? 'UTC' : time === undefined || time.timeZone === 'tenant' ? tenantZone : time.timeZone,
    where: resolveWhere(columns, report.where).map(foldTest),
    dimensions,
    packed: packedOf(dimensions),
    flows: [...times].map((column) => {
      const names = Object.keys(report.measures).filter((name) => timeColumnOf(report, name) === column)
      return flowOf(report, column, names, period === undefined ? [] : names.filter((name) => summed.has(name)), named)
    }),
    byDay,
    options,
    ...(report.retain !== undefined && { retainDays: retainedDays(report.retain) }),
  }
}

function flowOf(
  report: ReportDefinition,
  time: Column<TimeKind> | undefined,
  names: readonly string[],
  summed: readonly string[],
  dimensions: readonly FoldColumn[],
): Flow {
  const columns = columnsOfSource(report.from)
  const totals = summed.length > 0
  let width = (totals ? openingRefusedAt : refusedAt) + 1
  const measures = names.map((name): PlannedMeasure => {
    const { aggregate, of, where, digits } = report.measures[name] as Measure
    const numbers = numbersOf(aggregate)
    const offset = numbers === 0 ? null : width
    width += numbers
    return {
      name,
      aggregate,
      of: of === undefined ? null : foldOperand(of),
      type: typeOf(of ?? 0),
      digits: aggregate === 'percentile' ? (digits ?? 3) : 'all',
      where: resolveWhere(columns, where ?? {}).map(foldTest),
      offset,
    }
  })
  const operandsOf = (some: readonly string[]) =>
    some.flatMap((name) => columnsOf(report.measures[name]?.of ?? (0 as Operand))).map(foldColumn)
  const unbounded =
    time !== undefined && report.period === undefined && report.time?.grain !== undefined ? [foldColumn(time)] : []
  return {
    time: time === undefined ? null : foldColumn(time),
    measures,
    totals,
    byHour: report.time?.grain === 'hour' && time?.type.kind === 'timestamp',
    guarded: unique([...dimensions, ...operandsOf(names), ...unbounded]),
    openingGuarded: totals ? unique([...dimensions, ...operandsOf(summed)]) : null,
    width,
  }
}

/** A count is one number; a sum and a mean are the sum and how many values it has. */
function numbersOf(aggregate: Aggregate): number {
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

/** Each column once, those that are known left out. */
function unique(columns: readonly FoldColumn[], known: readonly FoldColumn[] = []): FoldColumn[] {
  const seen = new Set(known.map(columnKey))
  return columns.filter((column) => {
    const key = columnKey(column)
    return !seen.has(key) && seen.add(key)
  })
}
