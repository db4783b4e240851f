import type { FoldColumn } from '../rollup/fold-column.ts'
import type { Flow, FoldPlan, PlannedMeasure } from '../rollup/plan.ts'
import type { ColumnLoad } from './load.ts'

/** Of values rounded to so many digits: about so many powers of ten occur. */
const powersOfTen = 4
const hoursPerDay = 24

/** How many different values a column has. */
export type ValuesOf = (column: FoldColumn) => number

export const valuesBy =
  (loads: ReadonlyMap<string, ColumnLoad>): ValuesOf =>
  ({ column, type, nullable }) => {
    if (type.kind === 'timestamp' || type.kind === 'date') return Number.POSITIVE_INFINITY
    const distinct = loads.get(column)?.distinct ?? 1
    return (type.kind === 'boolean' ? Math.min(2, distinct) : distinct) + (nullable ? 1 : 0)
  }

/** More items than these a family cannot have: of one day, or of all time where it is not kept by day. */
export function mostItems(plan: FoldPlan, kind: string, valuesOf: ValuesOf): number {
  const of = (columns: readonly FoldColumn[]) => columns.reduce((product, column) => product * valuesOf(column), 1)
  const [, options] = /^o(\d+)$/.exec(kind) ?? []
  if (options !== undefined) {
    const planned = plan.options[Number(options)]
    return planned === undefined ? 0 : of([planned.column, ...planned.restricted])
  }
  const [, flowIndex, letter, measureIndex] = /^(\d+)([ctv])(\d*)$/.exec(kind) ?? []
  const flow = plan.flows[Number(flowIndex)] as Flow
  const hours = flow.byHour ? hoursPerDay : 1
  if (letter === 'v') return hours * of(plan.dimensions) * countedValues(flow.measures[Number(measureIndex)], valuesOf)
  const kept = of(plan.dimensions.filter((_, index) => !plan.packed.includes(index)))
  return letter === 't' ? kept : hours * kept
}

function countedValues(measure: PlannedMeasure | undefined, valuesOf: ValuesOf): number {
  if (measure === undefined) return 0
  const { of, digits } = measure
  const rounded = digits === 'all' ? Number.POSITIVE_INFINITY : 9 * 10 ** (digits - 1) * powersOfTen
  if (typeof of !== 'object' || of === null) return 1
  return Math.min(rounded, 'column' in of ? valuesOf(of) : Number.POSITIVE_INFINITY)
}
