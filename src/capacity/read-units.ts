import { isPeriod, type PeriodShape } from '../report/period.ts'
import { mostDays, reachOf } from '../report/period-reach.ts'
import type { ReportDefinition } from '../report/report.ts'
import type { FamilyStock } from './draw-stock.ts'
import { type ItemLayout, readUnitsOf } from './item-layout.ts'

/** Of a period whose days the reader gives. */
const daysGiven = 60

/** Days that a period reads. */
function daysOf(period: PeriodShape): number {
  if (period.period === 'unit') return mostDays(period.unit, 1)
  return reachOf(period) ?? daysGiven
}

/** Read units of opening a report: one query for each range of counters, and what a reading asks besides. */
export function readUnits(report: ReportDefinition, stock: readonly FamilyStock[], layout: ItemLayout): number {
  const { period } = report
  const periods: readonly (PeriodShape | undefined)[] =
    period === undefined ? [undefined] : isPeriod(period) ? [period] : Object.values(period)
  return periods.reduce((sum, each) => sum + unitsOfPeriod(each, stock), layout.unitsPerRead)
}

function unitsOfPeriod(period: PeriodShape | undefined, stock: readonly FamilyStock[]): number {
  const bytes = new Map<string, number>()
  for (const { kind, itemsPerDay, items, itemBytes } of stock) {
    // The values of filters are read when somebody opens a filter.
    if (kind.startsWith('o')) continue
    const read = itemsPerDay === null || period === undefined ? items : Math.min(items, itemsPerDay * daysOf(period))
    // What a flow has in all is read with what it has by day.
    const range = kind.replace(/t$/, 'c')
    bytes.set(range, (bytes.get(range) ?? 0) + read * itemBytes)
  }
  return [...bytes.values()].reduce((sum, each) => sum + readUnitsOf(each), 0)
}
