import type { DayRange } from './calendar.ts'
import type { Column, TimeKind } from './column.ts'
import type { Reading, ResolvedPeriod } from './reading.ts'
import { timeColumnOf } from './reading.ts'

/**
 * One scan of a report: the rows whose time column lies in one period, grouped. A report has one arm per period and time
 * column; and one more for each, of all that came before, where a running total needs its opening balance.
 */
export interface Arm {
  readonly period: ResolvedPeriod
  readonly time: Column<TimeKind> | undefined
  /** Undefined: all of time, but only rows that have one, where `time` is set. Without `from`: from the beginning. */
  readonly days: { readonly from?: string; readonly to: string } | undefined
  readonly role: 'period' | 'opening'
  readonly bucketed: boolean
  readonly measures: readonly string[]
}

/** What an engine gives for one group of one arm, all as text (see `state.ts`). */
export interface Group {
  /** The index in `armsOf`. */
  readonly arm: number
  readonly dimensions: readonly (string | null)[]
  /** The bucket as `calendar.buckets` writes it; null where the arm is not bucketed. */
  readonly bucket: string | null
  /** In the order of `statesOf` the arm. */
  readonly states: readonly (string | null)[]
}

export function armsOf({ report, periods }: Reading): readonly Arm[] {
  const grain = report.time?.grain
  const summed = new Set(
    Object.values(report.derive).flatMap((derived) =>
      derived.derive === 'runningTotal'
        ? [derived.add, ...(derived.subtract === undefined ? [] : [derived.subtract])]
        : [],
    ),
  )
  return periods.flatMap((period) =>
    [...byTimeColumn(Object.keys(report.measures), (name) => timeColumnOf(report, name))].flatMap(
      ([time, measures]) => {
        const arm: Arm = { period, time, days: period.days, role: 'period', bucketed: grain !== undefined, measures }
        const opening = measures.filter((name) => summed.has(name))
        if (period.days === undefined || opening.length === 0) return [arm]
        return [
          arm,
          { ...arm, days: before(period.days), role: 'opening' as const, bucketed: false, measures: opening },
        ]
      },
    ),
  )
}

const before = ({ from }: DayRange) => ({ to: from })

function byTimeColumn(
  measures: readonly string[],
  timeOf: (measure: string) => Column<TimeKind> | undefined,
): Map<Column<TimeKind> | undefined, string[]> {
  const groups = new Map<Column<TimeKind> | undefined, string[]>()
  for (const measure of measures) {
    const time = timeOf(measure)
    const group = groups.get(time)
    if (group === undefined) groups.set(time, [measure])
    else group.push(measure)
  }
  return groups
}
