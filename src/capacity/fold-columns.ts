import type { FoldColumn } from '../rollup/fold-column.ts'
import type { FoldPlan } from '../rollup/plan.ts'

/** The columns of the database that folding by a plan reads, by name. */
export function columnsOfPlan(plan: FoldPlan): ReadonlySet<string> {
  const names = new Set<string>()
  JSON.stringify(plan, (_, each: unknown) => {
    if (isFoldColumn(each)) names.add(each.column)
    return each
  })
  return names
}

const isFoldColumn = (value: unknown): value is FoldColumn =>
  typeof value === 'object' &&
  value !== null &&
  'column' in value &&
  typeof value.column === 'string' &&
  'type' in value
