import type { Decimal } from './column.ts'
import type { Description } from './label.ts'

declare const traits: unique symbol

interface Traits {
  /** Measures that must be numbers. */
  readonly numbers: string
  /** Measures that must be counts or sums. */
  readonly additives: string
  readonly periods: string
  readonly value: unknown
  /** Whether there is one value per named period. */
  readonly perPeriod: boolean
}

/** A value computed from measures when the report is read; never stored. */
export type Derived<T extends Traits = any> = Description & DerivedShape & { readonly [traits]?: T }

type DerivedShape =
  | { readonly derive: 'ratio'; readonly over: string; readonly under: string; readonly scale: number }
  | {
      readonly derive: 'growth'
      readonly of: string
      readonly from: string
      readonly to: string
      readonly scale: number
    }
  | { readonly derive: 'share'; readonly of: string; readonly scale: number }
  | { readonly derive: 'runningTotal'; readonly add: string; readonly subtract?: string }

export type DerivedTraits<D> = D extends Derived<infer T> ? T : never

interface DerivedOptions extends Description {
  /** Digits after the point, 4 unless told. */
  readonly scale?: number
}

/** One measure divided by another, rounded half away from zero. Null where the divisor is 0 or either is null. */
export const ratio = <const Over extends string, const Under extends string>(
  over: Over,
  under: Under,
  options: DerivedOptions = {},
): Derived<{ numbers: Over | Under; additives: never; periods: never; value: Decimal | null; perPeriod: true }> =>
  Object.freeze({ scale: 4, ...options, derive: 'ratio', over, under })

/**
 * How much a measure grew between two named periods, as a fraction: `(to − from) / from`, so `"0.2500"` is 25 % more.
 * Null where there was nothing to grow from, and beside a bucket that the other period does not have.
 */
export const growth = <
  const Of extends string,
  const From extends string = 'previous',
  const To extends string = 'current',
>(
  of: Of,
  { from, to, ...options }: DerivedOptions & { readonly from?: From; readonly to?: To } = {},
): Derived<{ numbers: Of; additives: never; periods: From | To; value: Decimal | null; perPeriod: false }> =>
  Object.freeze({
    scale: 4,
    unit: 'percent',
    ...options,
    derive: 'growth',
    of,
    from: from ?? 'previous',
    to: to ?? 'current',
  })

/** A count's or sum's part of the total over all groups of the same bucket, as a fraction. */
export const share = <const Of extends string>(
  of: Of,
  options: DerivedOptions = {},
): Derived<{ numbers: never; additives: Of; periods: never; value: Decimal | null; perPeriod: true }> =>
  Object.freeze({ scale: 4, unit: 'percent', ...options, derive: 'share', of })

type RunningTotal<Additives extends string> = Derived<{
  numbers: never
  additives: Additives
  periods: never
  value: string | number
  perPeriod: true
}>

/**
 * What has been added, less what has been subtracted, from the beginning of time to the end of each bucket.
 * A row that is reopened restates the past: its earlier end is no longer known.
 */
export function runningTotal<const Add extends string>(options: Description & { readonly add: Add }): RunningTotal<Add>
export function runningTotal<const Add extends string, const Subtract extends string>(
  options: Description & { readonly add: Add; readonly subtract: Subtract },
): RunningTotal<Add | Subtract>
export function runningTotal(options: Description & { readonly add: string; readonly subtract?: string }): any {
  return Object.freeze({ ...options, derive: 'runningTotal' })
}
