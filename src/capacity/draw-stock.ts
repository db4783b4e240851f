import { daysKept, expiryOfDay } from '../rollup/expiry.ts'
import { dayText } from '../rollup/zone.ts'
import { distinctOf } from './distinct.ts'
import { familyOf, rowsBehind, widthOf } from './family.ts'
import { type ItemLayout, partsOf, storedBytes, unitsOf } from './item-layout.ts'
import type { Random } from './random.ts'
import { forget, type ReportModel, type TableModel } from './report-model.ts'

/** The items of one family of a report's counters, of one tenant. */
export interface FamilyStock {
  readonly kind: string
  /** That are there. */
  readonly items: number
  /** Of all of them, with what DynamoDB adds to each. */
  readonly bytes: number
  /** Of one of them, on average, as a read counts it. */
  readonly itemBytes: number
  /** What a write to one of them takes, on average over writes. */
  readonly unitsPerWrite: number
  /** How many of the items are one day's; null of what is of all time. */
  readonly itemsPerDay: number | null
}

/** What one tenant has of a table at some time. */
export interface TenantTable {
  readonly tenant: string
  readonly rows: number
  /** Of the first day that is kept, one in the middle, and the last: how many changes there were. */
  readonly changesOfDays: readonly [number, number, number]
  readonly days: number
}

/** Simpson's rule: what is kept of the days between, from three of them. */
const weights = [1 / 6, 4 / 6, 1 / 6] as const
const mostRows = 600
const mostChanges = 700
const secondsPerDay = 86_400

export type StockOf = ReadonlyMap<string, readonly FamilyStock[]>

interface StockOptions {
  readonly layout: ItemLayout
  /** In days since 1970. */
  readonly lastDay: number
  readonly random: Random
}

/** How many of the days a report keeps. */
const keptOf = ({ plan: { retainDays } }: ReportModel, days: number): number =>
  retainDays === undefined ? days : Math.min(days, daysKept(retainDays))

/** Of a report that does not keep all days, each is as the last. */
const weightOf = (report: ReportModel, days: number, at: number): number =>
  keptOf(report, days) === days ? (weights[at] as number) : Math.trunc(at / 2)

/** Draws the items of a tenant, by report: those of all time from its rows, those of days from the changes of three days. */
export function drawStock(
  model: TableModel,
  { tenant, rows, changesOfDays, days }: TenantTable,
  { layout, lastDay, random }: StockOptions,
): StockOf {
  const sums = new Map(model.reports.map((report) => [report, new Map<string, Sum>()]))
  const now = (lastDay + 1) * secondsPerDay
  const drawnRows = Math.min(mostRows, Math.round(rows))
  gather(model, drawnRows, () => model.changes.row(random, now - days * secondsPerDay, now, model.reports), {
    day: '',
    add: (report, kind, found) =>
      addTo(sumOf(sums, report, kind), found, rows / Math.max(1, drawnRows), 1, layout, tenant, report),
    all: rows,
  })
  changesOfDays.forEach((changes, at) => {
    const day = lastDay - Math.round(((2 - at) / 2) * (days - 1))
    const drawn = Math.min(mostChanges, Math.round(changes))
    gather(model, drawn, () => model.changes.change(random, (day + random.next()) * secondsPerDay, model.reports), {
      day: dayText(day) as string,
      add: (report, kind, found) => {
        const [times, weight] = [changes / Math.max(1, drawn), weightOf(report, days, at)]
        if (weight > 0) addTo(sumOf(sums, report, kind, true), found, times, weight, layout, tenant, report)
      },
      all: changes,
    })
  })
  return new Map([...sums].map(([report, kinds]) => [report.report.name, stockOf(kinds, keptOf(report, days))]))
}

interface Sum {
  /** Of all time, or of a day. */
  items: number
  bytes: number
  stored: number
  units: number
  touches: number
  isDaily: boolean
}

/** Items of one family that were drawn, and how many there are in all. */
interface Found {
  readonly counters: { readonly sort: string; readonly by: readonly bigint[] }[]
  readonly items: number
}

function gather(
  model: TableModel,
  draws: number,
  draw: () => void,
  to: { day: string; all: number; add: (report: ReportModel, kind: string, found: Found) => void },
): void {
  forget(model)
  for (let at = 0; at < draws >> 1; at++) draw()
  const isWhole = to.all <= draws
  const halves = isWhole ? [] : model.reports.map((report) => ofDay(report, to.day))
  for (let at = draws >> 1; at < draws; at++) draw()
  model.reports.forEach((report, index) => {
    for (const [kind, counters] of ofDay(report, to.day)) {
      const half = halves[index]?.get(kind)?.length ?? 0
      const items = distinctOf(to.all, draws, counters.length, half)
      to.add(report, kind, { counters, items: Math.min(items, Math.max(counters.length, report.mostItems(kind))) })
    }
  })
  forget(model)
}

function ofDay({ counters }: ReportModel, day: string): Map<string, Found['counters']> {
  const families = new Map<string, Found['counters']>()
  for (const counter of counters) {
    const family = familyOf(counter.sort)
    if (family.day !== day) continue
    const known = families.get(family.kind)
    if (known === undefined) families.set(family.kind, [counter])
    else known.push(counter)
  }
  return families
}

function sumOf(sums: Map<ReportModel, Map<string, Sum>>, report: ReportModel, kind: string, isDaily = false): Sum {
  const kinds = sums.get(report) as Map<string, Sum>
  const known = kinds.get(kind)
  if (known !== undefined) return known
  const made = { items: 0, bytes: 0, stored: 0, units: 0, touches: 0, isDaily }
  kinds.set(kind, made)
  return made
}

/** What was drawn of many is scaled to all: numbers have more digits, and there are more items. */
function addTo(
  sum: Sum,
  { counters, items }: Found,
  times: number,
  weight: number,
  layout: ItemLayout,
  tenant: string,
  { plan }: ReportModel,
): void {
  const factor = BigInt(Math.max(1, Math.round((times * counters.length) / items)))
  const each = (weight * items) / counters.length
  for (const { sort, by } of counters) {
    const { kind, day } = familyOf(sort)
    const expiresAt = expiryOfDay(plan, day)
    const width = widthOf(plan, kind)
    for (const { part, values } of partsOf(layout, by)) {
      const scaled = factor === 1n ? values : values.map((value) => value * factor)
      const added = meanRow(values, width, part * layout.valuesPerItem)
      const bytes = layout.bytes({ tenant, sort, part, values: scaled, added, expiresAt })
      const touches = Math.max(1, rowsBehind(plan, kind, by)) * each
      sum.items += each
      sum.bytes += bytes * each
      sum.stored += storedBytes(bytes) * each
      sum.units += unitsOf(bytes) * touches
      sum.touches += touches
    }
  }
}

/** What a row adds to values, of the combination that most of them have: each combination has `width` values, and the first counts rows. */
function meanRow(values: readonly bigint[], width: number, offset: number): bigint[] {
  const first = (width - (offset % width)) % width
  let most = first
  for (let at = first; at < values.length; at += width) {
    if ((values[at] as bigint) > (values[most] as bigint)) most = at
  }
  const rows = values[most] ?? 0n
  if (rows <= 0n) return values.map((value) => (value === 0n ? 0n : 1n))
  return values.map((value, at) => (at < most || at >= most + width ? 0n : value / rows))
}

function stockOf(kinds: ReadonlyMap<string, Sum>, days: number): FamilyStock[] {
  return [...kinds].map(([kind, { items, bytes, stored, units, touches, isDaily }]) => {
    const times = isDaily ? days : 1
    return {
      kind,
      items: items * times,
      bytes: stored * times,
      itemBytes: bytes / items,
      unitsPerWrite: units / touches,
      itemsPerDay: isDaily ? items : null,
    }
  })
}
