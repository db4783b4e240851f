import type { ReadCounter } from '../rollup/key-range.ts'
import type { FoldPlan } from '../rollup/plan.ts'
import { familyOf, rowsBehind } from './family.ts'

/** How many rows are behind counters of groups. */
export const rowsOfCounters = (plan: FoldPlan, counters: readonly ReadCounter[]): number =>
  counters.reduce((sum, { sort, values }) => sum + rowsBehind(plan, familyOf(sort).kind, values), 0)

/** Tenants that have less than this share of the largest are left out: they say little of who is busy. */
const leastOfLargest = 1e-4

/**
 * The skew after which the sizes of tenants fall: the slope of their logarithms by the logarithm of their rank, by least squares. Each stands for
 * `step` tenants. Undefined of fewer than three.
 */
export function measuredSkew(sizes: readonly number[], step: number): number | undefined {
  const sorted = [...sizes].sort((one, other) => other - one)
  const points = sorted
    .filter((size) => size > 0 && size >= (sorted[0] as number) * leastOfLargest)
    .map((size, at) => ({ x: Math.log(at * step + (step + 1) / 2), y: Math.log(size) }))
  if (points.length < 3) return undefined
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)]
  const slope = mean((point) => (point.x - x) * (point.y - y)) / mean((point) => (point.x - x) ** 2)
  return Math.round(Math.min(5, Math.max(0, -slope)) * 100) / 100
}
