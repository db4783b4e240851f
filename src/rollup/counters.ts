import type { WholeNumber } from './whole-number.ts'

/** Up to half of what a double holds exactly: the sum of two such is exact. */
const small = 2 ** 52
/** What a key and its vector take in memory besides the key's characters and the vector's numbers, about. */
const bytesPerCounter = 160
const bytesPerNumber = 8

/** The numbers of one counter. */
export class Vector {
  /** Sums of small numbers; what does not fit goes over to `large`. */
  readonly small: number[] = []
  large: Map<number, bigint> | undefined
}

/**
 * Sums of what rows add to counters, by key. A number that is exact as a double is kept as one, so that adding to a counter
 * that is there takes no memory.
 */
export class Counters {
  readonly #vectors = new Map<string, Vector>()
  #bytes = 0
  /** Rises when vectors that were handed out are no longer those of these counters. */
  #generation = 0

  /** How many keys there are, those whose vectors are all zero included. */
  get size(): number {
    return this.#vectors.size
  }

  /** About how much memory they take. */
  get bytes(): number {
    return this.#bytes
  }

  get generation(): number {
    return this.#generation
  }

  add(sort: string, by: readonly bigint[], sign: 1 | -1): void {
    const vector = this.vectorAt(sort)
    by.forEach((value, at) => {
      if (value !== 0n) this.addTo(vector, at, sign === 1 ? value : -value)
    })
  }

  vectorAt(sort: string): Vector {
    const known = this.#vectors.get(sort)
    if (known !== undefined) return known
    const vector = new Vector()
    this.#vectors.set(sort, vector)
    this.#bytes += bytesPerCounter + sort.length
    return vector
  }

  addTo(vector: Vector, at: number, value: WholeNumber): void {
    const numbers = vector.small
    while (numbers.length <= at) {
      numbers.push(0)
      this.#bytes += bytesPerNumber
    }
    if (typeof value === 'number' && value <= small && value >= -small) {
      const sum = (numbers[at] as number) + value
      if (sum <= small && sum >= -small) numbers[at] = sum
      else {
        numbers[at] = 0
        this.#addLarge(vector, at, BigInt(sum))
      }
    } else this.#addLarge(vector, at, BigInt(value))
  }

  #addLarge(vector: Vector, at: number, value: bigint): void {
    if (vector.large === undefined) {
      vector.large = new Map()
      this.#bytes += bytesPerCounter
    }
    vector.large.set(at, (vector.large.get(at) ?? 0n) + value)
  }

  /** Each key with its vector up to the last number that is not zero; vectors that are all zero are left out. In no order. */
  *[Symbol.iterator](): IterableIterator<{ sort: string; by: bigint[] }> {
    for (const [sort, vector] of this.#vectors) {
      const by = numbersOf(vector)
      if (by.length > 0) yield { sort, by }
    }
  }

  clear(): void {
    this.#vectors.clear()
    this.#bytes = 0
    this.#generation++
  }
}

function numbersOf({ small, large }: Vector): bigint[] {
  const by = small.map((value, at) => BigInt(value) + (large?.get(at) ?? 0n))
  while (by.at(-1) === 0n) by.pop()
  return by
}
