import { MillraceError } from '../errors.ts'

declare const params: unique symbol

export type PeriodUnit = 'day' | 'week' | 'month' | 'quarter' | 'year'

export type PeriodShape =
  /** The last `count` units, the current one included. */
  | { readonly period: 'last'; readonly unit: PeriodUnit; readonly count: number }
  /** One unit: the current one, or `offset` units from it. */
  | { readonly period: 'unit'; readonly unit: PeriodUnit; readonly offset: number; readonly toDate?: true }
  /** Between two days that the reader gives: from the first, included, to the second, excluded. */
  | { readonly period: 'given'; readonly from: string; readonly to: string }

/** A range of time, resolved in the report's time zone when the report is read. `Params` names what the reader must give. */
export type Period<Params extends string = any> = PeriodShape & { readonly [params]?: Params }
export type PeriodParams<P> = P extends Period<infer Params> ? Params : never

const last = (unit: PeriodUnit, count: number): Period<never> => Object.freeze({ period: 'last', unit, count })
const one = (unit: PeriodUnit, offset: number): Period<never> => Object.freeze({ period: 'unit', unit, offset })

/** The last n days, today included. */
export const lastDays = (count: number) => last('day', count)
/** The last n weeks (Monday to Sunday), the current one included. */
export const lastWeeks = (count: number) => last('week', count)
/** The last n calendar months, the current one included: `lastMonths(2)` is this month and the one before. */
export const lastMonths = (count: number) => last('month', count)
export const day = (offset = 0) => one('day', offset)
export const week = (offset = 0) => one('week', offset)
export const month = (offset = 0) => one('month', offset)
export const quarter = (offset = 0) => one('quarter', offset)
export const year = (offset = 0) => one('year', offset)

/**
 * The same span of another month (week, quarter, year) as has passed of the current one, today included: on the 21st,
 * `toDate(month(-1))` ends with the 21st of the previous month, or with its last day if it is shorter.
 */
export function toDate(period: Period<never>): Period<never> {
  if (period.period !== 'unit') {
    throw new MillraceError('REPORT_INVALID', 'toDate takes a day, week, month, quarter or year')
  }
  return Object.freeze({ ...period, toDate: true })
}

/** From one day, included, to another, excluded, both given by the reader as parameters of these names. */
export const given = <const From extends string, const To extends string>(from: From, to: To): Period<From | To> =>
  Object.freeze({ period: 'given', from, to })

export const isPeriod = (value: object): value is Period => typeof (value as { period?: unknown }).period === 'string'
