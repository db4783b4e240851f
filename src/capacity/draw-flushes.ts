import { distinctOf } from './distinct.ts'
import { familyOf } from './family.ts'
import type { Random } from './random.ts'
import { forget, type TableModel } from './report-model.ts'

/** What the flushes of one tenant write, by report: items per second, by family. */
export type FlushedItems = ReadonlyMap<string, ReadonlyMap<string, number>>

/** So many changes are drawn of each tenant and interval, in as many flushes as they make. */
const fewestChanges = 600
const mostFlushes = 150
/** A flush of more changes is drawn in part. */
const mostChanges = 20_000

/**
 * Draws flushes of a tenant's changes: how many items each writes. A change whose item was written by another of the same flush
 * costs nothing; one that nets to zero is not written. `at`: seconds since 1970.
 */
export function drawFlushes(
  model: TableModel,
  { changesPerSecond, flushSeconds, at }: { changesPerSecond: number; flushSeconds: number; at: number },
  random: Random,
): FlushedItems {
  const sums = new Map(model.reports.map(({ report }) => [report.name, new Map<string, number>()]))
  const mean = changesPerSecond * flushSeconds
  if (mean === 0) return sums
  const flushes = Math.max(1, Math.min(mostFlushes, Math.ceil(fewestChanges / mean)))
  // Most flushes of a small tenant are empty: those are not drawn.
  const perSecond = -Math.expm1(-mean) / (flushes * flushSeconds)
  for (let flush = 0; flush < flushes; flush++) {
    const changes = random.poissonAboveZero(mean)
    const drawn = Math.min(changes, mostChanges)
    const change = (): void => model.changes.change(random, at + random.next() * flushSeconds, model.reports)
    forget(model)
    for (let done = 0; done < drawn >> 1; done++) change()
    const halves = drawn < changes ? countItems(model) : []
    for (let done = drawn >> 1; done < drawn; done++) change()
    countItems(model).forEach((kinds, index) => {
      const sum = sums.get(model.reports[index]?.report.name as string) as Map<string, number>
      for (const [kind, items] of kinds) {
        const all = distinctOf(changes, drawn, items, halves[index]?.get(kind) ?? 0)
        sum.set(kind, (sum.get(kind) ?? 0) + all * perSecond)
      }
    })
  }
  forget(model)
  return sums
}

/** Of each report: how many items of each family changes have come to. */
function countItems({ reports }: TableModel): Map<string, number>[] {
  return reports.map(({ counters }) => {
    const kinds = new Map<string, number>()
    for (const { sort } of counters) {
      const { kind } = familyOf(sort)
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    }
    return kinds
  })
}
