import { compareText } from '../report/compare-text.ts'
import type { KeyRange, ReadCounter } from '../rollup/key-range.ts'
import { isNothingBetween } from '../rollup/reading-arm.ts'

/** Ranges of which none meets another, and how to find in what they hold the counters of others that are within them. */
export interface SharedRanges {
  /** By where they begin. */
  readonly ranges: readonly KeyRange[]
  /** The counters of each of the ranges that were asked for, in their order, from those of `ranges`. */
  counters(read: readonly (readonly ReadCounter[])[]): readonly (readonly ReadCounter[])[]
}

/**
 * An opening balance looks at what a period looks at, and beyond; a month begins where the one before ends: each is read once, and together,
 * since a store may take by the query.
 */
export function shareRanges(asked: readonly KeyRange[]): SharedRanges {
  const ranges: KeyRange[] = []
  const holders = new Map<KeyRange, number>()
  for (const range of [...asked].sort((one, other) => compareText(one.from, other.from))) {
    const last = ranges.at(-1)
    const isJoined = last !== undefined && (compareText(range.from, last.to) <= 0 || isNothingBetween(last, range))
    if (!isJoined) ranges.push(range)
    else if (compareText(last.to, range.to) < 0) ranges.splice(-1, 1, { from: last.from, to: range.to })
    holders.set(range, ranges.length - 1)
  }
  return {
    ranges,
    counters: (read) =>
      asked.map((range) => {
        const holder = holders.get(range) as number
        const all = read[holder] ?? []
        return ranges[holder] === range ? all : all.slice(firstFrom(all, range.from), firstFrom(all, range.to))
      }),
  }
}

/** The place of the first counter that is not before a key. */
function firstFrom(counters: readonly ReadCounter[], key: string): number {
  let [low, high] = [0, counters.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareText((counters[middle] as ReadCounter).sort, key) < 0) low = middle + 1
    else high = middle
  }
  return low
}
