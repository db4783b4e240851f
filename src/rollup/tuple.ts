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
  all(): string
}

export function compileTuple({ dimensions, packed }: FoldPlan, cellOf: CellOf): Tuple {
  const kept = dimensions.filter((_, index) => !packed.includes(index))
  const keyOf = compileKey(kept, cellOf)
  const allOf = packed.length === 0 ? (): string => tuple.key : compileKey(dimensions, cellOf)
  const combinationOf = compileCombination(
    packed.map((index) => dimensions[index] as FoldColumn),
    cellOf,
  )
  const tuple: Tuple & { key: string; combination: number } = {
    key: '',
    combination: 0,
    read() {
      tuple.key = keyOf()
      tuple.combination = combinationOf()
    },
    all: allOf,
  }
  return tuple
}

/** The values of the columns so far, in their order, as a key; and of the next column by its text. */
interface Known {
  readonly key: string
  readonly next: Map<string | null, Known>
}

/** So many keys are kept with the texts that they were made of. */
const mostKnown = 20_000

/**
 * The segments of some columns' values, one after the other. Values recur, and what was put together of their texts once is
 * found by them: then nothing is read, written or hashed but the texts themselves.
 */
export function compileKey(columns: readonly FoldColumn[], cellOf: CellOf): () => string {
  const cells: readonly Cell[] = columns.map(cellOf)
  const start = (): Known => ({ key: '', next: new Map() })
  let root = start()
  let size = 0
  const learn = ({ key, next }: Known, cell: Cell): Known => {
    const made = { key: key + dimensionSegment(cell.value), next: new Map() }
    next.set(cell.text, made)
    size++
    return made
  }
  return () => {
    if (size >= mostKnown) {
      root = start()
      size = 0
    }
    let known = root
    for (let at = 0; at < cells.length; at++) {
      const cell = cells[at] as Cell
      known = known.next.get(cell.text) ?? learn(known, cell)
    }
    return known.key
  }
}

/** Which place of the vector the values of packed dimensions choose (see `combinationsOf`). */
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
    for (let at = 0; at < placed.length; at++) {
      const { cell, places, other } = placed[at] as (typeof placed)[number]
      combination += places.get(cell.text) ?? other
    }
    return combination
  }
}
