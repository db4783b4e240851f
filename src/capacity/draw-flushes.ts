import { distinctOf } from './distinct.ts'
import { familyOf } from './family.ts'
import { type ItemLayout, partsOf } from './item-layout.ts'
import type { Random } from './random.ts'
import { forget, type ReportModel, type TableModel } from './report-model.ts'

/** What the flushes of one tenant write of a report. */
export interface Flushed {
  /** Items per second, by family. */
  readonly items: ReadonlyMap<string, number>
  /** How many flushes per second write any. */
  readonly flushesPerSecond: number
}

/** So many changes are drawn of each tenant and interval, in as many flushes as they make. */
const fewestChanges = 400
const mostFlushes = 100
/** One flush says little by itself; of a large one enough. */
const fewestFlushes = 4
const largeFlush = 4_000
/** A flush of more changes is drawn in part. */
const mostChanges = 20_000

/**
 * Draws flushes of a tenant's changes: how many items each writes. A change whose item was written by another of the same flush
 * costs nothing; one that nets to zero is not written. `at`: seconds since 1970.
 */
export function drawFlushes(
  model: TableModel,
  { changesPerSecond, flushSeconds, at }: { changesPerSecond: number; flushSeconds: number; at: number },
  layout: ItemLayout,
  random: Random,
): ReadonlyMap<string, Flushed> {
  const sums = model.reports.map(() => ({ items: new Map<string, number>(), flushesPerSecond: 0 }))
  const mean = changesPerSecond * flushSeconds
  const fewest = mean < largeFlush ? fewestFlushes : 1
  const flushes = mean === 0 ? 0 : Math.min(mostFlushes, Math.max(fewest, Math.ceil(fewestChanges / mean)))
  // Most flushes of a small tenant are empty: those are not drawn.
  const perSecond = -Math.expm1(-mean) / (flushes * flushSeconds)
  for (let flush = 0; flush < flushes; flush++) {
    const changes = random.poissonAboveZero(mean)
    const drawn = Math.min(changes, mostChanges)
    const change = (): void => model.changes.change(random, at + random.next() * flushSeconds, model.reports)
    forget(model)
    for (let done = 0; done < drawn >> 1; done++) change()
    const halves = drawn < changes ? model.reports.map((report) => countItems(report, layout)) : []
    for (let done = drawn >> 1; done < drawn; done++) change()
    model.reports.forEach((report, index) => {
      const sum = sums[index] as (typeof sums)[number]
      const kinds = countItems(report, layout)
      if (kinds.size > 0) sum.flushesPerSecond += perSecond
      for (const [kind, items] of kinds) {
        const told = distinctOf(changes, drawn, items, halves[index]?.get(kind) ?? 0)
        const all = drawn < changes && isOfAllTime(report, kind) ? Math.min(told, report.mostItems(kind)) : told
        sum.items.set(kind, (sum.items.get(kind) ?? 0) + all * perSecond)
      }
    })
  }
  forget(model)
  return new Map(model.reports.map(({ report }, index) => [report.name, sums[index] as Flushed]))
}

/** Changes may come to any day, but to no more items than there can be of what is not kept by day. */
const isOfAllTime = ({ plan }: ReportModel, kind: string): boolean => !plan.byDay || !/^\d+[cv]/.test(kind)

/** How many items of each family changes have come to. */
function countItems({ counters }: ReportModel, layout: ItemLayout): Map<string, number> {
  const kinds = new Map<string, number>()
  for (const { sort, by } of counters) {
    const { kind } = familyOf(sort)
    const items = by.length <= layout.valuesPerItem ? 1 : partsOf(layout, by).length
    kinds.set(kind, (kinds.get(kind) ?? 0) + items)
  }
  return kinds
}
