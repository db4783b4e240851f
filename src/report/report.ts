import type { Column, Day, TimeKind, ValueOf } from './column.ts'
import type { Derived } from './derived.ts'
import type { Label } from './label.ts'
import type { Lookup } from './lookup.ts'
import type { Measure, TraitsOf } from './measure.ts'
import type { Period, PeriodParams } from './period.ts'
import type { Where } from './predicate.ts'
import type { Flatten, Grain, PeriodNames, Periods, RowOf } from './row.ts'
import type { AnySource, ColumnsOf, TableOf } from './source.ts'
import { validateReport } from './validate-report.ts'

declare const types: unique symbol

/** What a report's type remembers of it. */
interface ReportTypes {
  readonly params: unknown
  readonly row: unknown
}

/** What every report has, whichever form it takes. */
export interface ReportHeader<Name extends string = string, T extends ReportTypes = any> {
  readonly name: Name
  readonly title?: Label
  readonly description?: Label
  /** The one permission that reading takes. */
  readonly permission: string
  /** How old an answer may be before it says that it is stale: `"60s"`, `"5m"`, `"2h"`. */
  readonly freshWithin?: string
  readonly [types]?: T
}

export type Direction = 'asc' | 'desc'
type TimeZone = 'tenant' | (string & {})

/** A declarative report as data. */
export interface ReportDefinition<Name extends string = string, T extends ReportTypes = any>
  extends ReportHeader<Name, T> {
  readonly node: 'report'
  readonly from: AnySource
  readonly where: Readonly<Record<string, unknown>>
  readonly dimensions: Readonly<Record<string, Column>>
  readonly lookup: Readonly<Record<string, Lookup>>
  readonly time?: { readonly column?: Column<TimeKind>; readonly grain?: Grain; readonly timeZone: TimeZone }
  readonly period?: Period | Readonly<Record<string, Period>>
  readonly measures: Readonly<Record<string, Measure>>
  readonly derive: Readonly<Record<string, Derived>>
  readonly filters: readonly string[]
  readonly restrict: Readonly<Record<string, string>>
  readonly order: Readonly<Record<string, Direction>>
  readonly limit?: number
  readonly retain?: string
}

export type RowOfReport<R> = R extends ReportHeader<any, infer T> ? T['row'] : never
export type ParamsOfReport<R> = R extends ReportHeader<any, infer T> ? T['params'] : never

/** The names of measures whose traits fit. */
type MeasureNames<M, Traits> = {
  [Name in keyof M & string]: TraitsOf<M[Name]> extends Traits ? Name : never
}[keyof M & string]

/** A measure belongs to the report's table, and its condition to the columns of the source. */
type CheckedMeasures<S, M> = {
  readonly [Name in keyof M]: [TraitsOf<M[Name]>['table']] extends [TableOf<S>]
    ? TraitsOf<M[Name]>['where'] extends Where<S>
      ? keyof TraitsOf<M[Name]>['where'] extends keyof ColumnsOf<S>
        ? M[Name]
        : never
      : never
    : never
}

type AllowedDerived<M, P> = Derived<{
  numbers: MeasureNames<M, { number: true }>
  additives: MeasureNames<M, { additive: true }>
  periods: PeriodNames<P>
  value: any
  perPeriod: boolean
}>

type Selectable<S, D> = (keyof D & string) | (keyof ColumnsOf<S> & string)
type SelectedValue<S, D, Name> = Name extends keyof D
  ? ValueOf<D[Name]>
  : Name extends keyof ColumnsOf<S>
    ? ValueOf<ColumnsOf<S>[Name]>
    : never

type PeriodParamNames<P> = P extends { readonly period: string }
  ? PeriodParams<P>
  : P extends Readonly<Record<string, Period>>
    ? PeriodParams<P[keyof P]>
    : never

export type Params<S, D, P, F extends string> = Flatten<
  { [Name in PeriodParamNames<P>]: Day } & {
    [Name in F]?: SelectedValue<S, D, Name> | readonly SelectedValue<S, D, Name>[]
  }
>

export interface ReportInput<
  Name extends string,
  S extends AnySource,
  D extends Readonly<Record<string, Column<any, any, TableOf<S>>>>,
  L extends { readonly [K in keyof D]?: Lookup },
  G extends Grain,
  M extends Readonly<Record<string, Measure>>,
  P extends Periods,
  X extends Readonly<Record<string, AllowedDerived<M, P>>>,
  F extends Selectable<S, D>,
> extends Omit<ReportHeader<Name>, symbol> {
  readonly from: S
  /** Which rows of the source the report is about. */
  readonly where?: Where<S>
  /** The columns to group by. Without any, the answer is one row, which is there even if no row of the source is. */
  readonly dimensions?: D
  /** Labels for dimensions, read from another source of the tenant: each gives the row a column `<dimension>Label`. */
  readonly lookup?: L
  readonly time?: {
    /** The column that the period and the grain look at; a measure may have its own (`at`). */
    readonly column?: Column<TimeKind, any, TableOf<S>>
    /** Gives each row its `time`: the bucket's first day; its first instant where the grain is an hour. Gaps are filled. */
    readonly grain?: G
    /** Whose days: the tenant's own (the default), or a zone's by its IANA name. */
    readonly timeZone?: TimeZone
  }
  /** One range of time; or several by name, and every measure then has a value per name. */
  readonly period?: P
  readonly measures: M & CheckedMeasures<S, M>
  readonly derive?: X
  /** Dimensions or columns that the reader may narrow the answer by. */
  readonly filters?: readonly F[]
  /** Dimension or column → the viewer's attribute that lists its allowed values. Without the attribute: no rows. */
  readonly restrict?: { readonly [Name in NoInfer<Selectable<S, D>>]?: string }
  /** Sort keys in order, nulls last. Ties, and reports without order, sort by time and then by the dimensions. */
  readonly order?: { readonly [K in NoInfer<keyof RowOf<D, L, G, M, P, X>>]?: Direction }
  /** At most so many rows. */
  readonly limit?: number
  /** How far back the report may look, and for how long a reporting store keeps its days: `"400d"`. Totals are kept for ever. */
  readonly retain?: string
}

/** Declares a report: a named, typed, tenant-scoped question over one source, as data. */
export function report<
  const Name extends string,
  S extends AnySource,
  const M extends Readonly<Record<string, Measure>>,
  const D extends Readonly<Record<string, Column<any, any, TableOf<S>>>> = {},
  const L extends { readonly [K in keyof D]?: Lookup } = {},
  const G extends Grain = never,
  const P extends Periods = undefined,
  const X extends Readonly<Record<string, AllowedDerived<M, P>>> = {},
  const F extends Selectable<S, D> = never,
>(
  input: ReportInput<Name, S, D, L, G, M, P, X, F>,
): ReportDefinition<Name, { params: Params<S, D, P, F>; row: RowOf<D, L, G, M, P, X> }> {
  const { from, time, period, ...rest } = defined(input)
  const definition = {
    where: {},
    dimensions: {},
    lookup: {},
    derive: {},
    filters: [],
    restrict: {},
    order: {},
    ...rest,
    node: 'report',
    from,
    ...(time === undefined && period === undefined ? {} : { time: { timeZone: 'tenant', ...defined(time ?? {}) } }),
    ...(period === undefined ? {} : { period }),
  } as unknown as ReportDefinition
  validateReport(definition)
  return Object.freeze(definition) as never
}

/** A member that is undefined says the same as one that is absent. */
function defined<T extends object>(input: T): T {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as T
}
