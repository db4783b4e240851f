import type { ReportDefinition } from '../report/report.ts'
import { planOf } from '../rollup/plan.ts'
import { describeFamily } from './family.ts'
import type { ItemLayout } from './item-layout.ts'
import { changesPerSecond, type Load } from './load.ts'
import { Random } from './random.ts'
import { readUnits } from './read-units.ts'
import { modelTables } from './report-model.ts'
import { drawTenant, type FamilyFigures } from './tenant-figures.ts'
import { sampleTenants } from './tenant-sample.ts'

/** What is asked of an estimate. */
export interface Estimate {
  readonly load: Load
  readonly reports: readonly ReportDefinition[]
  readonly layout: ItemLayout
  /** The flush interval that is used, in milliseconds. */
  readonly flushMilliseconds: number
  /** Among how many partition keys the counters of each build of a report are spread. */
  readonly shards: (report: string) => number
}

/** What all tenants of a deployment have and do, at some time. */
export interface Moment {
  /** From now. */
  readonly years: number
  readonly tenants: number
  readonly changesPerSecond: number
  readonly reports: readonly ReportFigures[]
  /** By flush interval: write units per second of the flushes themselves, which are of no report. */
  readonly flushUnitsPerSecond: readonly number[]
}

export interface ReportFigures {
  readonly report: string
  readonly items: number
  /** As DynamoDB counts what is stored. */
  readonly bytes: number
  /** By flush interval, in the order in which they were asked for. */
  readonly writes: readonly { readonly itemsPerSecond: number; readonly unitsPerSecond: number }[]
  readonly readUnitsPerSecond: number
  /** Of opening it once, of a tenant of the middle of all reads. */
  readonly readUnits: number
  readonly hottest: KeyFigures
  /** Its counters by family, of all tenants; writes at the first interval. */
  readonly families: readonly { readonly what: string; readonly items: number; readonly writeUnitsPerSecond: number }[]
}

/** What the hottest partition key takes at the peak: one of the largest tenant's. */
export interface KeyFigures {
  readonly writeUnitsPerSecond: number
  readonly readUnitsPerSecond: number
}

/** Draws a deployment as it is years from now. `intervals`: flush intervals in milliseconds. */
export function estimateMoment(estimate: Estimate, years: number, intervals: readonly number[]): Moment {
  const { load, reports, layout } = estimate
  const tenants = Math.max(1, Math.round(load.tenants * load.tenantGrowth ** years))
  const sampled = sampleTenants(tenants, load.skew, new Random(load.seed, 'tenants'))
  const sums = new Map(reports.map((report) => [report.name, new Sum(report, intervals.length)]))
  const flushings = intervals.map((milliseconds) => ({ milliseconds, peak: 1 }))
  const changedPerSecond = intervals.map(() => 0)
  for (const model of modelTables(load, reports)) {
    for (const tenant of sampled) {
      for (const [report, figures] of drawTenant(estimate, model, tenant, years, flushings)) {
        sums.get(report)?.add(figures.families, tenant.weight, layout)
        figures.flushesPerSecond.forEach((flushes, at) => {
          changedPerSecond[at] = (changedPerSecond[at] as number) + flushes * tenant.weight
        })
      }
    }
  }
  const builds = tenants * reports.length
  const hottest = hottestKeys(estimate, years)
  const rate = Object.values(load.tables).reduce((sum, table) => sum + changesPerSecond(table), 0)
  return {
    ...{ years, tenants, changesPerSecond: rate * load.growth ** years },
    flushUnitsPerSecond: intervals.map((milliseconds, at) => {
      const seconds = milliseconds / 1000
      return layout.unitsOfFlush((changedPerSecond[at] as number) * seconds, builds) / seconds
    }),
    reports: reports.map(({ name }) =>
      (sums.get(name) as Sum).figures(hottest.get(name) as KeyFigures, tenants, load.readsPerMinute / 60),
    ),
  }
}

/** Of each report: what the hottest partition key takes, years from now. */
export function hottestKeys(estimate: Estimate, years: number): ReadonlyMap<string, KeyFigures> {
  const { load, reports, layout, flushMilliseconds, shards } = estimate
  const tenants = Math.max(1, Math.round(load.tenants * load.tenantGrowth ** years))
  const [largest] = sampleTenants(tenants, load.skew, new Random(load.seed, 'tenants'))
  const byName = new Map(reports.map((report) => [report.name, report]))
  const flushings = [{ milliseconds: flushMilliseconds, peak: load.peak }]
  return new Map(
    modelTables(load, reports).flatMap((model) =>
      [...drawTenant(estimate, model, largest as { rank: number; share: number }, years, flushings)].map(
        ([name, { families }]): [string, KeyFigures] => {
          const units = families.reduce((sum, { unitsPerSecond }) => sum + (unitsPerSecond[0] as number), 0)
          const opened = readUnits(byName.get(name) as ReportDefinition, families, layout)
          const reads = (load.readsPerMinute / 60) * load.peak * opened
          return [name, { writeUnitsPerSecond: units / shards(name), readUnitsPerSecond: reads / shards(name) }]
        },
      ),
    ),
  )
}

class Sum {
  readonly #report: ReportDefinition
  readonly #writes: { itemsPerSecond: number; unitsPerSecond: number }[]
  readonly #families = new Map<string, { items: number; writeUnitsPerSecond: number }>()
  #items = 0
  #bytes = 0
  #readUnits = 0

  constructor(report: ReportDefinition, intervals: number) {
    this.#report = report
    this.#writes = Array.from({ length: intervals }, () => ({ itemsPerSecond: 0, unitsPerSecond: 0 }))
  }

  add(families: readonly FamilyFigures[], weight: number, layout: ItemLayout): void {
    this.#readUnits += readUnits(this.#report, families, layout) * weight
    for (const { kind, items, bytes, itemsPerSecond, unitsPerSecond } of families) {
      this.#items += items * weight
      this.#bytes += bytes * weight
      this.#writes.forEach((writes, at) => {
        writes.itemsPerSecond += (itemsPerSecond[at] as number) * weight
        writes.unitsPerSecond += (unitsPerSecond[at] as number) * weight
      })
      const known = this.#families.get(kind) ?? { items: 0, writeUnitsPerSecond: 0 }
      this.#families.set(kind, known)
      known.items += items * weight
      known.writeUnitsPerSecond += (unitsPerSecond[0] as number) * weight
    }
  }

  figures(hottest: KeyFigures, tenants: number, readsPerSecond: number): ReportFigures {
    const plan = planOf(this.#report, 'UTC')
    return {
      report: this.#report.name,
      items: this.#items,
      bytes: this.#bytes,
      writes: this.#writes,
      readUnitsPerSecond: this.#readUnits * readsPerSecond,
      readUnits: this.#readUnits / tenants,
      hottest,
      families: [...this.#families].map(([kind, family]) => ({ what: describeFamily(plan, kind), ...family })),
    }
  }
}
