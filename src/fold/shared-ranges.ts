import { compareText } from '../report/compare-text.ts'
import type { KeyRange, ReadCounter } from '../rollup/key-range.ts'

/** Ranges of which none is within another, and how to find in what they hold what others hold that are within them. */
export interface SharedRanges {
  readonly ranges: readonly KeyRange[]
  /** The counters of each of the ranges that were asked for, in their order, from those of `ranges`. */
  counters(read: readonly (readonly ReadCounter[])[]): readonly (readonly ReadCounter[])[]
}

/** An opening balance looks at what a period looks at, and beyond: it is read once. */
export function shareRanges(asked: readonly KeyRange[]): SharedRanges {
  const holders = asked.map((range, at) => {
    const holds = (other: KeyRange, otherAt: number) =>
      at !== otherAt && isWithin(range, other) && (otherAt < at || !isWithin(other, range))
    const holder = asked.findIndex(holds)
    return holder < 0 ? at : holder
  })
  // Whoever holds it may be held by another.
  const holderOf = (at: number): number => {
    const holder = holders[at] as number
    return holder === at ? at : holderOf(holder)
  }
  const outermost = [...new Set(asked.map((_, at) => holderOf(at)))]
  return {
    ranges: outermost.map((at) => asked[at] as KeyRange),
    counters: (read) =>
      asked.map((range, at) => {
        const holder = holderOf(at)
        const all = read[outermost.indexOf(holder)] ?? []
        return holder === at ? all : all.slice(firstFrom(all, range.from), firstFrom(all, range.to))
      }),
  }
}

const isWithin = (inner: KeyRange, outer: KeyRange): boolean =>
  compareText(outer.from, inner.from) <= 0 && compareText(inner.to, outer.to) <= 0

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
