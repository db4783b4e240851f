import type { FoldDefinition } from '../rollup/build-definition.ts'
import type { FoldColumn } from '../rollup/fold-column.ts'
import { columnsOfOperand } from '../rollup/fold-operand.ts'
import type { FoldTest } from '../rollup/holds.ts'
import type { FoldPlan } from '../rollup/plan.ts'

/** The columns of its table that a build reads, by their names in the database. */
export function columnsOfBuild({ source, plan }: FoldDefinition): string[] {
  const { tenantColumn } = source
  return [...new Set([...(tenantColumn === null ? [] : [tenantColumn.column]), ...columnsOfPlan(plan)])]
}

function columnsOfPlan({ where, dimensions, flows, options }: FoldPlan): string[] {
  const tested = (tests: readonly FoldTest[]): FoldColumn[] => tests.map(({ column }) => column)
  const columns = [
    ...tested(where),
    ...dimensions,
    ...flows.flatMap(({ time, measures, guarded, openingGuarded }) => [
      ...(time === null ? [] : [time]),
      ...measures.flatMap(({ of, where }) => [...columnsOfOperand(of), ...tested(where)]),
      ...guarded,
      ...(openingGuarded ?? []),
    ]),
    ...options.flatMap(({ column, restricted }) => [column, ...restricted]),
  ]
  return columns.map(({ column }) => column)
}
