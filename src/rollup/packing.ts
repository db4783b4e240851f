import type { FoldColumn } from './fold-column.ts'

/*
 * Dimensions of closed enums stand in the vector instead of the key: each combination of their values has a place of its own,
 * `combination * width`, so that one counter holds them all.
 */

/** More would make a counter that is mostly zeroes. */
const mostCombinations = 64

/**
 * What a packed dimension may be: the listed values, `other`, null. The rarest stand last, since a vector ends with its last
 * number that is not zero. Null has a place even where the source says that it does not occur.
 */
export const packedValues = ({ type }: FoldColumn): readonly (string | null)[] =>
  type.kind === 'enum' ? [...type.values.filter((value) => value !== 'other'), 'other', null] : []

/** The indexes of the dimensions that are packed: enums in their order, as long as there are few enough combinations. */
export function packedOf(dimensions: readonly FoldColumn[]): number[] {
  let combinations = 1
  return dimensions.flatMap((column, index) => {
    const values = packedValues(column).length
    if (values === 0 || combinations * values > mostCombinations) return []
    combinations *= values
    return [index]
  })
}

/** The values of the packed dimensions, by combination: those of the last one change first. */
export function combinationsOf(packed: readonly FoldColumn[]): readonly (readonly (string | null)[])[] {
  return packed.reduce<(string | null)[][]>(
    (combinations, column) => combinations.flatMap((each) => packedValues(column).map((value) => [...each, value])),
    [[]],
  )
}
