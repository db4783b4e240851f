import { Temporal } from 'temporal-polyfill'
import { MillraceError } from '../errors.ts'
import type { Group } from '../report/arm.ts'
import { startOf } from '../report/calendar.ts'
import type { Measure } from '../report/measure.ts'
import type { Reading } from '../report/reading.ts'
import type { Grain } from '../report/row.ts'
import { Groups } from './groups.ts'
import { orderedIntegerOf } from './key.ts'
import type { KeyRange, ReadCounter } from './key-range.ts'
import { afterAll, beforeAll } from './place.ts'
import { type FoldPlan, openingRefusedAt, refusedAt, rowsAt } from './plan.ts'
import { type ReadingArm, readingArms } from './reading-arm.ts'
import { countedState, vectorState } from './state.ts'

/** The ranges that a reading needs, in the order in which `groupsOf` takes their counters. */
export function rangesOf(plan: FoldPlan, reading: Reading): readonly KeyRange[] {
  return readingArms(plan, reading).flatMap(({ ranges }) => ranges.map(({ range }) => range))
}

/**
 * The groups that the counters of a reading's ranges amount to: what the query engine's statement gives at that position. Throws
 * VALUE_REFUSED where a group has a value without an exact figure.
 */
export function groupsOf(plan: FoldPlan, reading: Reading, counters: readonly (readonly ReadCounter[])[]): Group[] {
  let at = 0
  return readingArms(plan, reading).flatMap((each, index) => {
    const own = counters.slice(at, at + each.ranges.length)
    at += each.ranges.length
    return armGroups(plan, reading, each, own).map((group) => ({ arm: index, ...group }))
  })
}

function armGroups(
  plan: FoldPlan,
  reading: Reading,
  { arm, flow, ranges }: ReadingArm,
  counters: readonly (readonly ReadCounter[])[],
): Omit<Group, 'arm'>[] {
  const { report } = reading
  const groups = new Groups(plan, reading, flow, arm.bucketed ? compileBucket(report.time?.grain) : () => null)
  ranges.forEach(({ sign, measure, isPlaced }, range) => {
    for (const counter of counters[range] ?? []) {
      if (measure === null) groups.addVector(counter, sign, isPlaced)
      else groups.addCounted(counter, measure.name)
    }
  })
  const isAlways = Object.keys(report.dimensions).length === 0 && !arm.bucketed
  const refusedPlace = arm.role === 'opening' ? openingRefusedAt : refusedAt
  const measures = flow.measures.filter(({ name }) => arm.measures.includes(name))
  return [...groups.sums(isAlways)].flatMap(({ dimensions, bucket, vector, counted }) => {
    if ((vector[rowsAt] as bigint) <= 0n && !isAlways) return []
    if ((vector[refusedPlace] as bigint) > 0n || bucket === beforeAll || bucket === afterAll) {
      throw valueRefused(report.name)
    }
    const states = measures.flatMap(({ name, offset }) => {
      const measure = report.measures[name] as Measure
      return offset === null
        ? [countedState(measure, counted.get(name) ?? new Map())]
        : vectorState(measure, vector, offset)
    })
    return [{ dimensions, bucket, states }]
  })
}

/** From the fold's day, or hour, to the bucket of the report's grain. A time past every year is in none. */
function compileBucket(grain: Grain | undefined): (day: string, hour: string) => string {
  const known = new Map<string, string>()
  return (day, hour) => {
    if (hour !== '') return orderedIntegerOf(hour).toString()
    if (day === beforeAll || day === afterAll || grain === undefined || grain === 'hour' || grain === 'day') return day
    const bucket = known.get(day) ?? startOf(Temporal.PlainDate.from(day), grain).toString()
    known.set(day, bucket)
    return bucket
  }
}

const valueRefused = (report: string) =>
  new MillraceError(
    'VALUE_REFUSED',
    `report "${report}" meets NaN, an infinite value, or a day outside the years 1 to 9999`,
  )
