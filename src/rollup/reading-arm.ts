import { type Arm, armsOf } from '../report/arm.ts'
import type { Reading } from '../report/reading.ts'
import { after, segment } from './key.ts'
import { type KeyRange, rangeUnder } from './key-range.ts'
import type { Flow, FoldPlan, PlannedMeasure } from './plan.ts'

/** A range of counters, and what they are to an arm. */
export interface ArmRange {
  readonly range: KeyRange
  readonly sign: 1n | -1n
  /** The measure whose values are counted; null: vectors of groups. */
  readonly measure: PlannedMeasure | null
  /** Whether keys say where in time they stand. */
  readonly isPlaced: boolean
}

/** What an arm of a reading reads of the counters. */
export interface ReadingArm {
  readonly arm: Arm
  readonly flow: Flow
  /** The group vectors; then, for each measure of counted values in the arm, its values. */
  readonly ranges: readonly ArmRange[]
}

export function readingArms(plan: FoldPlan, reading: Reading): ReadingArm[] {
  return armsOf(reading).map((arm) => {
    const index = plan.flows.findIndex(({ measures }) => measures.some(({ name }) => name === arm.measures[0]))
    const flow = plan.flows[index] as Flow
    return { arm, flow, ranges: arm.role === 'opening' ? openingRanges(arm, index) : periodRanges(arm, flow, index) }
  })
}

function periodRanges({ days, measures }: Arm, flow: Flow, index: number): ArmRange[] {
  const range = (kind: string): KeyRange => {
    if (days === undefined) return rangeUnder(kind)
    const prefix = segment(kind)
    return { from: prefix + segment(days.from ?? days.to), to: prefix + segment(days.to) }
  }
  const counted = flow.measures.flatMap((measure, m): ArmRange[] =>
    measure.offset === null && measures.includes(measure.name)
      ? [{ range: range(`${index}v${m}`), sign: 1n, measure, isPlaced: true }]
      : [],
  )
  return [{ range: range(`${index}c`), sign: 1n, measure: null, isPlaced: true }, ...counted]
}

/** Whether no counter is between two ranges: the totals of a flow stand after what it has by day. */
export function isNothingBetween(first: KeyRange, second: KeyRange): boolean {
  const [, flow] = /^(\d+)t/.exec(second.from) ?? []
  return flow !== undefined && first.to === segment(`${flow}c`) + after && second.from === segment(`${flow}t`)
}

/** What was there before a day: what there is in all, less what came from that day on. */
function openingRanges({ days }: Arm, index: number): ArmRange[] {
  const prefix = segment(`${index}c`)
  const since = { from: prefix + segment(days?.to ?? ''), to: prefix + after }
  return [
    { range: rangeUnder(`${index}t`), sign: 1n, measure: null, isPlaced: false },
    { range: since, sign: -1n, measure: null, isPlaced: true },
  ]
}
