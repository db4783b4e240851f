import type { PeriodShape, PeriodUnit } from './period.ts'

/**
 * The most days, today included, that a period which is resolved at some day looks back over: `lastMonths(1)` is up to 31.
 * Undefined for one whose days the reader gives.
 */
export function reachOf(period: PeriodShape): number | undefined {
  if (period.period === 'given') return undefined
  const units = period.period === 'last' ? period.count : 1 - period.offset
  return units <= 0 ? 0 : mostDays(period.unit, units)
}

/** The most days that so many units on end can have. */
export function mostDays(unit: PeriodUnit, count: number): number {
  switch (unit) {
    case 'day':
      return count
    case 'week':
      return 7 * count
    case 'month':
      return mostDaysOfMonths(count)
    case 'quarter':
      return mostDaysOfMonths(3 * count)
    case 'year':
      return mostDaysOfMonths(12 * count)
  }
}

/** Over the four years of a leap cycle; a century without its leap day has fewer, never more. */
function mostDaysOfMonths(count: number): number {
  const cycles = Math.floor(count / 48)
  const rest = count % 48
  const starts = Array.from({ length: 48 }, (_, month) => (utc(month + rest) - utc(month)) / 86_400_000)
  return cycles * 1461 + Math.max(...starts)
}

const utc = (month: number): number => Date.UTC(2001, month, 1)
