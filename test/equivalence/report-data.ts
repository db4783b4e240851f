import { growth, ratio, runningTotal, share } from '../../src/report/derived.ts'
import { add, type ElapsedUnit, elapsed, type Operand, subtract, times } from '../../src/report/expression.ts'
import { lookup } from '../../src/report/lookup.ts'
import {
  type Aggregate,
  avg,
  count,
  countDistinct,
  type Measure,
  max,
  min,
  percentile,
  sum,
} from '../../src/report/measure.ts'
import type { PeriodShape } from '../../src/report/period.ts'
import { atLeast, below, between, not } from '../../src/report/predicate.ts'
import { type Direction, type ReportDefinition, report } from '../../src/report/report.ts'
import type { Grain } from '../../src/report/row.ts'
import { type Storage, sourcesOf } from './table.ts'

export type ConditionData =
  | { readonly is: unknown }
  | { readonly not: unknown }
  | { readonly atLeast?: unknown; readonly below?: unknown }

export type WhereData = Readonly<Record<string, ConditionData>>

/** `{ column }`, a constant, or arithmetic. */
export type OperandData =
  | { readonly column: string }
  | { readonly constant: number | string }
  | { readonly node: 'add' | 'subtract' | 'times'; readonly left: OperandData; readonly right: OperandData }
  | { readonly node: 'elapsed'; readonly from: string; readonly to: string; readonly unit: ElapsedUnit }

export interface MeasureData {
  readonly aggregate: Aggregate
  readonly of?: OperandData
  readonly where?: WhereData
  readonly at?: string
  readonly scale?: number
  readonly fraction?: number
  readonly digits?: number | 'all'
}

export type DerivedData =
  | { readonly derive: 'ratio'; readonly over: string; readonly under: string; readonly scale?: number }
  | {
      readonly derive: 'growth'
      readonly of: string
      readonly from: string
      readonly to: string
      readonly scale?: number
    }
  | { readonly derive: 'share'; readonly of: string; readonly scale?: number }
  | { readonly derive: 'runningTotal'; readonly add: string; readonly subtract?: string }

/** A report's definition as JSON: columns by the names of their properties. */
export interface ReportData {
  readonly dimensions: Readonly<Record<string, string>>
  /** Dimensions of the property `code` whose label is looked up. */
  readonly lookup: readonly string[]
  readonly where: WhereData
  readonly time?: { readonly column?: string; readonly grain?: Grain; readonly timeZone: string }
  readonly period?: PeriodShape | Readonly<Record<string, PeriodShape>>
  readonly measures: Readonly<Record<string, MeasureData>>
  readonly derive: Readonly<Record<string, DerivedData>>
  readonly filters: readonly string[]
  readonly restrict: Readonly<Record<string, string>>
  readonly order: readonly (readonly [string, Direction])[]
  readonly limit?: number
}

const arithmetic = { add, subtract, times }
const aggregates = { count, countDistinct, sum, avg, min, max } as Readonly<
  Record<Exclude<Aggregate, 'percentile'>, (of: never, options: object) => Measure>
>

/** The report that the data describe, by the language's own functions. */
export function reportOf(data: ReportData, storage: Storage): ReportDefinition {
  const sources = sourcesOf(storage)
  const columns = sources.table as unknown as Readonly<Record<string, any>>
  const named = <From, To>(from: Readonly<Record<string, From>>, make: (value: From) => To) =>
    Object.fromEntries(Object.entries(from).map(([name, value]) => [name, make(value)]))
  const operand = (each: OperandData): Operand => {
    if ('column' in each) return columns[each.column]
    if ('constant' in each) return each.constant
    if (each.node === 'elapsed') return elapsed(columns[each.from], columns[each.to], each.unit)
    return arithmetic[each.node](operand(each.left) as never, operand(each.right) as never)
  }
  const where = (conditions: WhereData) => named(conditions, condition)
  const measured = ({ aggregate, of, fraction, where: conditions, at, scale, digits }: MeasureData): Measure => {
    const options = {
      ...(conditions === undefined ? {} : { where: where(conditions) }),
      ...(at === undefined ? {} : { at: columns[at] }),
      ...(scale === undefined ? {} : { scale }),
      ...(digits === undefined ? {} : { digits }),
    }
    if (of === undefined) return count(options)
    const operandOf = operand(of) as never
    return aggregate === 'percentile'
      ? percentile(fraction ?? 0.5, operandOf, options)
      : aggregates[aggregate](operandOf, options)
  }
  return report({
    name: 'random',
    permission: 'random.read',
    from: sources.table,
    dimensions: named(data.dimensions, (property) => columns[property]),
    lookup: Object.fromEntries(
      data.lookup.map((name) => [name, lookup(sources.labels, 'code' as never, 'label' as never)]),
    ),
    where: where(data.where),
    ...(data.time === undefined
      ? {}
      : { time: { ...data.time, ...(data.time.column === undefined ? {} : { column: columns[data.time.column] }) } }),
    ...(data.period === undefined ? {} : { period: data.period }),
    measures: named(data.measures, measured),
    derive: named(data.derive, derived),
    filters: data.filters,
    restrict: data.restrict,
    order: Object.fromEntries(data.order),
    ...(data.limit === undefined ? {} : { limit: data.limit }),
  } as never)
}

function condition(data: ConditionData): unknown {
  if ('is' in data) return data.is
  if ('not' in data) return not(data.not)
  if (data.below === undefined) return atLeast(data.atLeast)
  return data.atLeast === undefined ? below(data.below) : between(data.atLeast, data.below)
}

function derived(data: DerivedData) {
  const options = 'scale' in data && data.scale !== undefined ? { scale: data.scale } : {}
  switch (data.derive) {
    case 'ratio':
      return ratio(data.over, data.under, options)
    case 'growth':
      return growth(data.of, { from: data.from, to: data.to, ...options })
    case 'share':
      return share(data.of, options)
    case 'runningTotal':
      return runningTotal({ add: data.add, ...(data.subtract === undefined ? {} : { subtract: data.subtract }) })
  }
}
