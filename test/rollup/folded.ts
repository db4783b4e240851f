import { compareText } from '../../src/report/compare-text.ts'
import type { ReportDefinition } from '../../src/report/report.ts'
import { defineBuild, readBuildDefinition } from '../../src/rollup/build-definition.ts'
import { Counters } from '../../src/rollup/counters.ts'
import { compileFold } from '../../src/rollup/fold-row.ts'
import type { KeyRange, ReadCounter } from '../../src/rollup/key-range.ts'
import type { FoldPlan } from '../../src/rollup/plan.ts'

/** A row by the names of its columns in the database; null where one is not named. */
export type RowTexts = Readonly<Record<string, string | null>>

/** How a worker folds a report for a tenant: by the text of the build's definition. */
export const planFor = (report: ReportDefinition, timeZone = 'UTC'): FoldPlan =>
  readBuildDefinition(defineBuild(report, { id: 'acme', schema: 'acme', timeZone }).definition).plan

/** What some changes add up to. */
export function folded(plan: FoldPlan, changes: Iterable<readonly [RowTexts, 1 | -1]>): Counters {
  const fold = compileFold(plan)
  const counters = new Counters()
  for (const [row, sign] of changes) fold((column) => row[column] ?? null, sign, counters)
  return counters
}

/** The counters of rows as a store has them, in the order of their keys. */
export const countersOf = (plan: FoldPlan, rows: Iterable<RowTexts>): ReadCounter[] =>
  storedCounters(
    folded(
      plan,
      Array.from(rows, (row) => [row, 1] as const),
    ),
  )

export const storedCounters = (counters: Counters): ReadCounter[] =>
  Array.from(counters, ({ sort, by }) => ({ sort, values: by })).sort((a, b) => compareText(a.sort, b.sort))

export const inRange = (counters: readonly ReadCounter[], { from, to }: KeyRange): ReadCounter[] =>
  counters.filter(({ sort }) => compareText(from, sort) <= 0 && compareText(sort, to) < 0)
