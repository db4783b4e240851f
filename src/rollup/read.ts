import { Temporal } from 'temporal-polyfill'
import { MillraceError } from '../errors.ts'
import { type Arm, armsOf, type Group } from '../report/arm.ts'
import { startOf } from '../report/calendar.ts'
import type { ColumnType } from '../report/column.ts'
import { compareText } from '../report/compare-text.ts'
import { formatExact } from '../report/decimal.ts'
import { isNullable, scaleOf, typeOf } from '../report/expression.ts'
import type { Measure } from '../report/measure.ts'
import type { PeriodUnit } from '../report/period.ts'
import type { Reading } from '../report/reading.ts'
import { afterAll, beforeAll } from './contribute.ts'
import { valueHolds } from './holds.ts'
import { isRefused, type Value } from './image.ts'
import { after, dimensionOf, orderedIntegerOf, orderedRealOf, segment, segmentsOf } from './key.ts'
import { summandScale } from './operand.ts'
import { type Flow, openingRefusedAt, type Plan, type PlannedMeasure, refusedAt, rowsAt } from './plan.ts'

/** A range of sort keys: from the first, included, to the second, excluded. */
export interface KeyRange {
  readonly from: string
  readonly to: string
}

/** A counter as a store gives it. */
export interface ReadCounter {
  readonly sort: string
  readonly values: readonly bigint[]
}

/** What an arm of a reading reads of the counters. */
interface ArmRanges {
  readonly arm: Arm
  readonly flow: Flow
  /** The group vectors; then, for each measure of counted values in the arm, its values. */
  readonly ranges: readonly {
    readonly range: KeyRange
    readonly sign: 1n | -1n
    readonly measure: PlannedMeasure | undefined
  }[]
}

/** The ranges that a reading needs, in the order in which `groupsOf` takes their counters. */
export function rangesOf(plan: Plan, reading: Reading): readonly KeyRange[] {
  return armRanges(plan, reading).flatMap(({ ranges }) => ranges.map(({ range }) => range))
}

function armRanges(plan: Plan, reading: Reading): ArmRanges[] {
  return armsOf(reading).map((arm) => {
    const index = plan.flows.findIndex(({ time }) => time === arm.time)
    const flow = plan.flows[index] as Flow
    const { first, end } = boundsOf(arm)
    const under = (kind: string): KeyRange => {
      const prefix = segment(`${index}${kind}`)
      return { from: `${prefix}${first}`, to: `${prefix}${end}` }
    }
    if (arm.role === 'opening') {
      const total = segment(`${index}t`)
      return {
        arm,
        flow,
        ranges: [
          { range: { from: total, to: `${total}${after}` }, sign: 1n, measure: undefined },
          {
            range: { from: `${segment(`${index}c`)}${first}`, to: `${segment(`${index}c`)}${after}` },
            sign: -1n,
            measure: undefined,
          },
        ],
      }
    }
    const counted = flow.measures.flatMap((measure, m) =>
      measure.offset === undefined && arm.measures.includes(measure.name)
        ? [{ range: under(`v${m}`), sign: 1n as const, measure }]
        : [],
    )
    return { arm, flow, ranges: [{ range: under('c'), sign: 1n, measure: undefined }, ...counted] }
  })
}

/** The days of an arm; of an opening arm, those from which on everything is subtracted from the total. */
function boundsOf({ days }: Arm): { first: string; end: string } {
  return days === undefined
    ? { first: '', end: after }
    : { first: segment(days.from ?? days.to), end: segment(days.to) }
}

/** A group in the making: its vector, and per measure of counted values how often each value occurs. */
interface Accumulated {
  readonly dimensions: readonly (string | null)[]
  readonly bucket: string | null
  readonly vector: bigint[]
  readonly counted: Map<string, Map<string, bigint>>
}

/** The groups that the counters of a reading's ranges amount to: what the query engine's statement gives at that position. */
export function groupsOf(plan: Plan, reading: Reading, counters: readonly (readonly ReadCounter[])[]): Group[] {
  const named = Object.keys(reading.report.dimensions).length
  let at = 0
  return armRanges(plan, reading).flatMap(({ arm, flow, ranges }, index) => {
    const groups = new Map<string, Accumulated>()
    for (const { sign, measure } of ranges) {
      for (const { sort, values } of counters[at] ?? []) {
        add(groups, plan, reading, arm, flow, named, { sort, values, sign, measure })
      }
      at++
    }
    if (named === 0 && !arm.bucketed && groups.size === 0) groups.set('', empty(flow, [], null))
    return [...groups.values()].flatMap((group) => {
      if ((group.vector[rowsAt] as bigint) <= 0n && (named > 0 || arm.bucketed)) return []
      const refused = group.vector[arm.role === 'opening' ? openingRefusedAt : refusedAt] as bigint
      if (refused > 0n) throw valueRefused(reading.report.name)
      const measures = flow.measures.filter(({ name }) => arm.measures.includes(name))
      const states = measures.flatMap((measure) => stateOf(measure, group))
      return [{ arm: index, dimensions: group.dimensions, bucket: group.bucket, states }]
    })
  })
}

const valueRefused = (report: string) =>
  new MillraceError(
    'VALUE_REFUSED',
    `report "${report}" meets NaN, an infinite value, or a day outside the years 1 to 9999`,
  )

const empty = (flow: Flow, dimensions: readonly (string | null)[], bucket: string | null): Accumulated => ({
  dimensions,
  bucket,
  vector: new Array<bigint>(flow.width).fill(0n),
  counted: new Map(),
})

function add(
  groups: Map<string, Accumulated>,
  plan: Plan,
  reading: Reading,
  arm: Arm,
  flow: Flow,
  named: number,
  counter: ReadCounter & { sign: 1n | -1n; measure: PlannedMeasure | undefined },
): void {
  const [kind = '', ...rest] = segmentsOf(counter.sort)
  const isTotal = kind.endsWith('t')
  const place = isTotal ? '' : (rest.shift() ?? '')
  const hour = flow.byHour && !isTotal ? rest.shift() : undefined
  const all = rest.slice(0, plan.dimensions.length).map(dimensionOf)
  if (!reading.tests.every((test) => selects(plan, test, all))) return
  const dimensions = all.slice(0, named).map((value) => (isRefused(value) ? null : value))
  const bucket = arm.bucketed ? bucketOf(reading, place, hour) : null
  const key = JSON.stringify([dimensions, bucket])
  const group = groups.get(key) ?? empty(flow, dimensions, bucket)
  groups.set(key, group)
  if (counter.measure === undefined) {
    counter.values.forEach((value, i) => {
      group.vector[i] = (group.vector[i] ?? 0n) + counter.sign * value
    })
    return
  }
  const value = rest[plan.dimensions.length] as string
  const counted = group.counted.get(counter.measure.name) ?? new Map<string, bigint>()
  group.counted.set(counter.measure.name, counted)
  counted.set(value, (counted.get(value) ?? 0n) + (counter.values[0] ?? 0n))
}

/** The report's own condition was asked when the row was folded; filters and restrictions are asked of the dimensions. */
function selects(plan: Plan, test: Reading['tests'][number], dimensions: readonly Value[]): boolean {
  if (plan.where.some((own) => own.column === test.column && JSON.stringify(own) === JSON.stringify(test))) return true
  const at = plan.dimensions.indexOf(test.column)
  return valueHolds(test, dimensions[at] ?? null)
}

/** From the fold's day, or hour, to the bucket of the report's grain. */
function bucketOf(reading: Reading, day: string, hour: string | undefined): string {
  // Only where all of time is asked for, and then the group is refused.
  if (day === beforeAll || day === afterAll) return day
  if (hour !== undefined) return orderedIntegerOf(hour).toString()
  const grain = reading.report.time?.grain
  if (grain === undefined || grain === 'hour' || grain === 'day') return day
  return startOf(Temporal.PlainDate.from(day), grain as PeriodUnit).toString()
}

function stateOf({ measure, offset, name }: PlannedMeasure, { vector, counted }: Accumulated): (string | null)[] {
  if (offset === undefined) return [pickedState(measure, counted.get(name) ?? new Map())]
  const first = vector[offset] as bigint
  if (measure.aggregate === 'count') return [first.toString()]
  const of = measure.of ?? 0
  const values = vector[offset + 1] as bigint
  const sum = formatExact({ unscaled: first, scale: summandScale(of) })
  if (measure.aggregate === 'avg') return [values === 0n ? null : sum, values.toString()]
  return [values === 0n && isNullable(of) ? null : sum]
}

function pickedState(measure: Measure, counted: ReadonlyMap<string, bigint>): string | null {
  const occurring = [...counted].filter(([, times]) => times > 0n)
  if (measure.aggregate === 'countDistinct') return String(occurring.length)
  occurring.sort(([a], [b]) => compareText(a, b))
  const type = typeOf(measure.of ?? 0)
  const write = (entry: readonly [string, bigint] | undefined) =>
    entry === undefined ? null : unordered(type, entry[0])
  if (measure.aggregate === 'min') return write(occurring[0])
  if (measure.aggregate === 'max') return write(occurring.at(-1))
  const total = occurring.reduce((sum, [, times]) => sum + times, 0n)
  const rank = BigInt(Math.max(1, Math.ceil((measure.fraction ?? 0) * Number(total))))
  let passed = 0n
  return write(
    occurring.find(([, times]) => {
      passed += times
      return passed >= rank
    }),
  )
}

function unordered(type: ColumnType, text: string): string {
  switch (type.kind) {
    case 'integer':
    case 'bigint':
    case 'decimal':
      return formatExact({ unscaled: orderedIntegerOf(text), scale: scaleOf(type) })
    case 'timestamp':
      return orderedIntegerOf(text).toString()
    case 'real':
      return String(orderedRealOf(text))
    default:
      return text
  }
}
