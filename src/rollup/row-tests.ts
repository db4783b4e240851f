import type { CellOf } from './cells.ts'
import { compileTest, type FoldTest } from './holds.ts'

/** Whether all of some conditions hold for the row that is being folded. */
export function compileRowTests(tests: readonly FoldTest[], cellOf: CellOf): () => boolean {
  const compiled = tests.map((test) => ({ cell: cellOf(test.column), holds: compileTest(test) }))
  return () => {
    for (const { cell, holds } of compiled) if (!holds(cell.value)) return false
    return true
  }
}
