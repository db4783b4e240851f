import { Cells, load } from './cells.ts'
import type { Counters } from './counters.ts'
import { compileFlow } from './fold-flow.ts'
import type { Image } from './image.ts'
import { compileOptions } from './options.ts'
import type { FoldPlan } from './plan.ts'
import { compileRowTests } from './row-tests.ts'
import { compileTuple } from './tuple.ts'

/** Adds what one row adds to a report's counters; with -1 takes it away. Throws PoisonedValue, and then has added nothing. */
export type Fold = (image: Image, sign: 1 | -1, counters: Counters) => void

/**
 * What rows add to a report's counters, as functions made once: of the row and of the plan's constants alone (F4). Keys begin
 * with the flow, then `c` for a group's vector, `t` for its vector of all time, or the measure whose values are counted; or with
 * `o` and the filter whose values are counted. Not for two rows at once.
 */
export function compileFold(plan: FoldPlan): Fold {
  const cells = new Cells()
  const isAsked = compileRowTests(plan.where, cells.of)
  const asked = cells.count
  const dimensions = compileTuple(plan, cells.of)
  const parts = [
    ...plan.flows.map((flow, index) => compileFlow(plan, flow, index, dimensions, cells.of)),
    ...plan.options.map((options, index) => compileOptions(options, index, cells.of)),
  ]
  const [first, rest] = [cells.from(0).slice(0, asked), cells.from(asked)]
  return (image, sign, counters) => {
    load(first, image)
    if (!isAsked()) return
    load(rest, image)
    dimensions.read()
    // All of the row is understood before any of it is added.
    for (const part of parts) part.read()
    for (const part of parts) part.add(counters, sign)
  }
}
