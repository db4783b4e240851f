import type { Reading } from '../report/reading.ts'
import { columnKey } from './fold-column.ts'
import { compileTest, foldTest, isSameTest } from './holds.ts'
import { isRefused, type Value } from './image.ts'
import { dimensionOf, dimensionSegment, segmentText, writtenSegments } from './key.ts'
import type { ReadCounter } from './key-range.ts'
import { combinationsOf } from './packing.ts'
import type { Flow, FoldPlan } from './plan.ts'

/** A group in the making: its vector, and per measure of counted values how often each value occurs. */
export interface GroupSum {
  readonly dimensions: readonly (string | null)[]
  readonly bucket: string | null
  readonly vector: bigint[]
  readonly counted: Map<string, Map<string, bigint>>
}

type BucketOf = (place: string, hour: string) => string | null

/** The groups of one arm of a reading, summed from counters. */
export class Groups {
  readonly #groups = new Map<string, GroupSum>()
  readonly #flow: Flow
  readonly #bucketOf: BucketOf
  readonly #named: number
  readonly #count: number
  /** Of the dimensions that stand in a vector's key: their indexes. */
  readonly #kept: readonly number[]
  readonly #packed: readonly number[]
  /** The combinations of packed values that the reader asks for, ascending, each with its values as keys have them. */
  readonly #combinations: readonly { readonly base: number; readonly written: readonly string[] }[]
  /** What the reader asks of the dimensions, each with its index. */
  readonly #tests: readonly { readonly at: number; readonly holds: (value: Value) => boolean }[]

  constructor(plan: FoldPlan, reading: Reading, flow: Flow, bucketOf: BucketOf) {
    this.#flow = flow
    this.#bucketOf = bucketOf
    this.#named = Object.keys(reading.report.dimensions).length
    this.#count = plan.dimensions.length
    this.#packed = plan.packed
    this.#kept = plan.dimensions.flatMap((_, index) => (plan.packed.includes(index) ? [] : [index]))
    this.#tests = testsOf(plan, reading)
    const columns = plan.packed.map((index) => plan.dimensions[index] as FoldPlan['dimensions'][number])
    this.#combinations = combinationsOf(columns).flatMap((values, combination) => {
      const holds = this.#tests.every(({ at, holds }) => {
        const packed = plan.packed.indexOf(at)
        return packed < 0 || holds(values[packed] as string | null)
      })
      const written = values.map((value) => writtenSegments(dimensionSegment(value))[0] as string)
      return holds ? [{ base: combination * flow.width, written }] : []
    })
  }

  addVector({ sort, values }: ReadCounter, sign: 1n | -1n, isPlaced: boolean): void {
    const segments = writtenSegments(sort)
    const { bucket, first } = this.#placeOf(segments, isPlaced)
    const written = new Array<string>(this.#count)
    this.#kept.forEach((index, at) => {
      written[index] = segments[first + at] as string
    })
    if (!this.#selects(written, this.#kept)) return
    for (const combination of this.#combinations) {
      const { base } = combination
      if (base >= values.length) break
      const end = Math.min(base + this.#flow.width, values.length)
      let at = base
      while (at < end && values[at] === 0n) at++
      if (at === end) continue
      this.#packed.forEach((index, i) => {
        written[index] = combination.written[i] as string
      })
      const { vector } = this.#groupOf(bucket, written)
      for (; at < end; at++) vector[at - base] = (vector[at - base] as bigint) + sign * (values[at] as bigint)
    }
  }

  addCounted({ sort, values }: ReadCounter, measure: string): void {
    const segments = writtenSegments(sort)
    const { bucket, first } = this.#placeOf(segments, true)
    const written = segments.slice(first, first + this.#count)
    if (!this.#selects(written, [...written.keys()])) return
    const { counted } = this.#groupOf(bucket, written)
    const value = segmentText(segments[first + this.#count] as string)
    const times = counted.get(measure) ?? new Map<string, bigint>()
    counted.set(measure, times)
    times.set(value, (times.get(value) ?? 0n) + (values[0] ?? 0n))
  }

  /** All of them; with the group that is there whatever rows there are, where there are no dimensions and no buckets. */
  *sums(isAlways: boolean): Iterable<GroupSum> {
    if (isAlways) this.#groupOf(null, [])
    yield* this.#groups.values()
  }

  #placeOf(segments: readonly string[], isPlaced: boolean): { bucket: string | null; first: number } {
    if (!isPlaced) return { bucket: this.#bucketOf('', ''), first: 1 }
    const { byHour } = this.#flow
    const bucket = this.#bucketOf(segments[1] as string, byHour ? (segments[2] as string) : '')
    return { bucket, first: byHour ? 3 : 2 }
  }

  #selects(written: readonly string[], known: readonly number[]): boolean {
    return this.#tests.every(
      ({ at, holds }) => !known.includes(at) || holds(dimensionOf(segmentText(written[at] as string))),
    )
  }

  #groupOf(bucket: string | null, written: readonly string[]): GroupSum {
    const named = written.slice(0, this.#named)
    const key = [bucket, ...named].join('\u0001')
    const known = this.#groups.get(key)
    if (known !== undefined) return known
    const group = {
      bucket,
      dimensions: named.map((text) => exactOf(dimensionOf(segmentText(text)))),
      vector: new Array<bigint>(this.#flow.width).fill(0n),
      counted: new Map(),
    }
    this.#groups.set(key, group)
    return group
  }
}

/** A value without an exact figure is shown by no group: the row that has it is counted as refused. */
const exactOf = (value: Value): string | null => (isRefused(value) ? null : value)

/** The report's own condition was asked when the row was folded; filters and restrictions are asked of the dimensions. */
function testsOf(plan: FoldPlan, reading: Reading) {
  const keys = plan.dimensions.map(columnKey)
  return reading.tests
    .map(foldTest)
    .filter((test) => !plan.where.some((own) => isSameTest(own, test)))
    .map((test) => ({ at: keys.indexOf(columnKey(test.column)), holds: compileTest(test) }))
}
