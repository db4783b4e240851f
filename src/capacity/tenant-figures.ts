import { drawFlushes } from './draw-flushes.ts'
import { drawStock, type FamilyStock, type StockOf } from './draw-stock.ts'
import type { ItemLayout } from './item-layout.ts'
import { changesPerSecond, type Load } from './load.ts'
import { Random } from './random.ts'
import type { TableModel } from './report-model.ts'

/** A family of the items of a tenant's report, and what is written to it. */
export interface FamilyFigures extends FamilyStock {
  /** By the flushes that were asked for. */
  readonly itemsPerSecond: readonly number[]
  readonly unitsPerSecond: readonly number[]
}

/** What one tenant has of a report, and writes. */
export interface TenantFigures {
  readonly families: readonly FamilyFigures[]
  /** By the flushes that were asked for: how many per second write any item. */
  readonly flushesPerSecond: readonly number[]
}

/** Of what the changes come, and how they are gathered. */
export interface Flushing {
  readonly milliseconds: number
  /** By what there are more changes than the mean. */
  readonly peak: number
}

/** Days since 1970 that the simulation calls today. Any would do; so the same figures come out each day. */
const today = 20_000
const secondsPerDay = 86_400
const daysPerYear = 365

/** Items hold the ids of tenants: mostly they are UUIDs. */
const tenantId = (rank: number): string => `00000000-0000-4000-8000-${rank.toString().padStart(12, '0')}`

/** Draws what one tenant has and writes, years from now, by report. */
export function drawTenant(
  { load, layout }: { readonly load: Load; readonly layout: ItemLayout },
  model: TableModel,
  tenant: { readonly rank: number; readonly share: number },
  years: number,
  flushings: readonly Flushing[],
): ReadonlyMap<string, TenantFigures> {
  const random = new Random(load.seed, model.table, tenant.rank)
  const stock = stockAt(load, layout, model, tenant, years, random)
  const changes = changesPerSecond(model.load) * tenant.share * load.growth ** years
  const at = (today + 0.5) * secondsPerDay
  const flushes = flushings.map(({ milliseconds, peak }) =>
    drawFlushes(model, { changesPerSecond: changes * peak, flushSeconds: milliseconds / 1000, at }, layout, random),
  )
  return new Map(
    [...stock].map(([report, families]) => [
      report,
      {
        families: families.map((family): FamilyFigures => {
          const itemsPerSecond = flushes.map((flushed) => flushed.get(report)?.items.get(family.kind) ?? 0)
          const unitsPerSecond = itemsPerSecond.map((items) => items * family.unitsPerWrite)
          return { ...family, itemsPerSecond, unitsPerSecond }
        }),
        flushesPerSecond: flushes.map((flushed) => flushed.get(report)?.flushesPerSecond ?? 0),
      },
    ]),
  )
}

function stockAt(
  load: Load,
  layout: ItemLayout,
  model: TableModel,
  { rank, share }: { readonly rank: number; readonly share: number },
  years: number,
  random: Random,
): StockOf {
  const { insertsPerSecond, deletesPerSecond } = model.load
  const perDay = changesPerSecond(model.load) * share * secondsPerDay
  const firstYear = -model.historyDays / daysPerYear
  const [first, middle, last] = [firstYear, (firstYear + years) / 2, years].map(
    // What was before today was as it is today.
    (year) => perDay * load.growth ** Math.max(0, year),
  ) as [number, number, number]
  const yearsOfChanges = load.growth === 1 ? years : (load.growth ** years - 1) / Math.log(load.growth)
  const added = (insertsPerSecond - deletesPerSecond) * secondsPerDay * daysPerYear * yearsOfChanges
  const had = {
    tenant: tenantId(rank),
    rows: Math.max(0, model.load.rows + added) * share,
    changesOfDays: [first, middle, last] as const,
    days: Math.max(1, Math.round(model.historyDays + years * daysPerYear)),
  }
  const lastDay = today + Math.round(years * daysPerYear)
  return drawStock(model, had, { layout, lastDay, random })
}
