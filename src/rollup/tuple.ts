import type { Cell } from './cell.ts'
import type { CellOf } from './cells.ts'
import type { FoldColumn } from './fold-column.ts'
import { dimensionSegment } from './key.ts'
import { packedValues } from './packing.ts'
import type { FoldPlan } from './plan.ts'

/** The dimensions of the row that is being folded. */
export interface Tuple {
  /** Throws PoisonedValue. */
  read(): void
  /** The segments of those that are not packed. */
  readonly key: string
  /** Which combination those have that are. */
  readonly combination: number
  /** The segments of all of them: for counters that are no vectors. */
  allSegments(): string
}

export function compileTuple({ dimensions, packed }: FoldPlan, cellOf: CellOf): Tuple {
  const all = dimensions.map((column) => compileSegment(cellOf(column)))
  const kept = all.filter((_, index) => !packed.includes(index))
  const placeOf = compileCombination(
    packed.map((index) => dimensions[index] as FoldColumn),
    cellOf,
  )
  const keyOf = compileKey(kept)
  const allOf = compileKey(all)
  const tuple = {
    key: '',
    combination: 0,
    read() {
      tuple.key = keyOf()
      tuple.combination = placeOf()
    },
    allSegments: allOf,
  }
  return tuple
}

export function compileKey(segments: readonly (() => string)[]): () => string {
  const [first, second] = segments
  if (first === undefined) return () => ''
  if (second === undefined) return first
  if (segments.length === 2) return () => first() + second()
  return () => {
    let key = ''
    for (const segment of segments) key += segment()
    return key
  }
}

/** So many texts of a column are kept with what is made of them. */
const mostKnown = 10_000

/** A dimension's value as a segment of a key. */
export function compileSegment(cell: Cell): () => string {
  const known = new Map<string, string>()
  const ofNull = dimensionSegment(null)
  return () => {
    const { text } = cell
    if (text === null) return ofNull
    const found = known.get(text)
    if (found !== undefined) return found
    if (known.size >= mostKnown) known.clear()
    const made = dimensionSegment(cell.value)
    known.set(text, made)
    return made
  }
}

function compileCombination(packed: readonly FoldColumn[], cellOf: CellOf): () => number {
  let stride = 1
  const placed = packed.toReversed().map((column) => {
    const own = stride
    const values = packedValues(column)
    stride *= values.length
    const places = new Map(values.map((value, index) => [value, index * own]))
    return { cell: cellOf(column), places, other: places.get('other') as number }
  })
  return () => {
    let combination = 0
    for (const { cell, places, other } of placed) combination += places.get(cell.text) ?? other
    return combination
  }
}
