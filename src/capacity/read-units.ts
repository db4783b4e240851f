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
  return periods.reduce(
    (sum, each) =>
      sum +
      stock
        // The values of filters are read when somebody opens a filter.
        .filter(({ kind }) => !kind.startsWith('o'))
        .reduce((units, { itemsPerDay, items, itemBytes }) => {
          const read = itemsPerDay === null || each === undefined ? items : Math.min(items, itemsPerDay * daysOf(each))
          return units + readUnitsOf(read * itemBytes)
        }, 0),
    layout.unitsPerRead,
  )
}
