import type { Random } from './random.ts'

/**
 * Shares of a whole after Zipf: the n-th largest of `count` is in proportion to 1 / n^skew. Of skew 0 all are equal; of 1 the largest of 100 has a
 * fifth.
 */
export function zipfShares(count: number, skew: number): Float64Array {
  const shares = new Float64Array(count)
  let sum = 0
  for (let at = 0; at < count; at++) {
    shares[at] = (at + 1) ** -skew
    sum += shares[at] as number
  }
  for (let at = 0; at < count; at++) shares[at] = (shares[at] as number) / sum
  return shares
}

/** Draws one of `count`, from 0 on, with these shares. */
export type Draw = (random: Random) => number

const known = new Map<string, Draw>()

export function zipfDraw(count: number, skew: number): Draw {
  const key = `${count} ${skew}`
  const found = known.get(key)
  if (found !== undefined) return found
  const made = drawByShares(zipfShares(count, skew))
  known.set(key, made)
  return made
}

export function drawByShares(shares: ArrayLike<number>): Draw {
  const sums = new Float64Array(shares.length)
  let sum = 0
  for (let at = 0; at < shares.length; at++) {
    sum += shares[at] as number
    sums[at] = sum
  }
  return (random) => {
    const wanted = random.next() * sum
    let [low, high] = [0, sums.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] as number) <= wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}
