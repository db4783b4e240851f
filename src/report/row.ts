import type { Column, Day, Instant, ValueOf } from './column.ts'
import type { DerivedTraits } from './derived.ts'
import type { TraitsOf } from './measure.ts'
import type { Period } from './period.ts'

export type Flatten<T> = { -readonly [K in keyof T]: T[K] } & {}

export type Grain = 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year'
export type Periods = Period | Readonly<Record<string, Period>> | undefined

/** The names of a comparison's periods; never, where there is one period or none. */
export type PeriodNames<P> = P extends { readonly period: string } | undefined ? never : keyof P & string

/** A value; in a comparison, one value per named period. */
type PerPeriod<Value, P> = [PeriodNames<P>] extends [never] ? Value : { [Name in PeriodNames<P>]: Value }

type TimeValue<G> = G extends 'hour' ? Instant : Day
type TimeColumn<G, P> = [G] extends [never]
  ? {}
  : { time: [PeriodNames<P>] extends [never] ? TimeValue<G> : { [Name in PeriodNames<P>]: TimeValue<G> | null } }

/** The row of a declarative report: dimensions, labels, the time bucket, measures, derived values. */
export type RowOf<Dimensions, Lookups, G, Measures, P, Derives> = Flatten<
  { [K in keyof Dimensions]: Dimensions[K] extends Column ? ValueOf<Dimensions[K]> : never } & {
    [K in keyof Lookups & string as `${K}Label`]: string | null
  } & TimeColumn<G, P> & { [K in keyof Measures]: PerPeriod<TraitsOf<Measures[K]>['value'], P> } & {
      [K in keyof Derives]: DerivedTraits<Derives[K]>['perPeriod'] extends true
        ? PerPeriod<DerivedTraits<Derives[K]>['value'], P>
        : DerivedTraits<Derives[K]>['value']
    }
>
