import { segmentsOf } from './key.ts'
import { afterAll, beforeAll } from './place.ts'
import type { FoldPlan } from './plan.ts'

/** Seconds since 1970 from when on nobody reads the counters of a key; undefined where they stay. */
export type ExpiryOf = (key: string) => number | undefined

const secondsPerDay = 86_400

/**
 * Days for which the counters of a day are kept after the last report may have looked at it: as far as the clocks of whoever folds,
 * reads and deletes may be apart.
 */
export const daysOfGrace = 2

const stays: ExpiryOf = () => undefined

/**
 * When counters expire, by the beginning of their key: only those that stand on a day do, never totals nor the values of a filter. A
 * function of the key and the plan alone (F4).
 */
export function compileExpiry(plan: Pick<FoldPlan, 'retainDays'>): ExpiryOf {
  if (plan.retainDays === undefined) return stays
  return (key) => {
    const [kind = '', day = ''] = segmentsOf(key)
    return /^\d+[cv]/.test(kind) ? expiryOfDay(plan, day) : undefined
  }
}

/** For how many days those of a day stay, its own among them. */
export const daysKept = (retainDays: number): number => 1 + retainDays + daysOfGrace

/**
 * When the counters of a day expire. Days are taken as those of UTC: a day of the zone furthest west ends within the first of the
 * three days that lie between the last moment at which a report may look at it and this one.
 */
export function expiryOfDay({ retainDays }: Pick<FoldPlan, 'retainDays'>, day: string): number | undefined {
  if (retainDays === undefined || day === '' || day === afterAll) return undefined
  const first = day === beforeAll ? Date.parse('0001-01-01') / 1000 - secondsPerDay : Date.parse(day) / 1000
  return first + daysKept(retainDays) * secondsPerDay
}
