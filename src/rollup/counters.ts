import type { ExpiryOf } from './expiry.ts'
import type { WholeNumber } from './whole-number.ts'

/** Up to half of what a double holds exactly: the sum of two such is exact. */
const small = 2 ** 52
/** About what a key and its vector take in memory besides the key's characters and the vector's numbers. */
const bytesPerCounter = 160
const bytesPerPrefix = 400
const bytesPerNumber = 8

/** The numbers of one counter. */
export class Vector {
  /** Sums of small numbers; what does not fit goes over to `large`. */
  small: number[] = []
  large: Map<number, bigint> | undefined
}

/** What is added to one counter, and when that expires, in seconds since 1970. */
export interface Summed {
  readonly sort: string
  readonly by: bigint[]
  readonly expiresAt: number | undefined
}

/**
 * Sums of what rows add to counters, by key. A number that is exact as a double is kept as one, so that adding to a counter
 * that is there takes no memory.
 */
export class Counters {
  readonly #expiryOf: ExpiryOf
  readonly #vectors = new Map<string, Map<string, Vector>>()
  #size = 0
  #bytes = 0

  /** `expiryOf` is asked by prefixes. Without it nothing expires. */
  constructor(expiryOf: ExpiryOf = () => undefined) {
    this.#expiryOf = expiryOf
  }

  /** How many keys there are, those whose vectors are all zero included. */
  get size(): number {
    return this.#size
  }

  /** About how much memory they take. */
  get bytes(): number {
    return this.#bytes
  }

  /**
   * The vector at the key `prefix + rest`, made where there is none. A key is always cut at the same place, so that it is found
   * without its text being put together.
   */
  at(prefix: string, rest: string): Vector {
    let vectors = this.#vectors.get(prefix)
    if (vectors === undefined) {
      vectors = new Map()
      this.#vectors.set(prefix, vectors)
      this.#bytes += bytesPerPrefix + prefix.length
    }
    const known = vectors.get(rest)
    if (known !== undefined) return known
    const vector = new Vector()
    vectors.set(rest, vector)
    this.#size++
    this.#bytes += bytesPerCounter + rest.length
    return vector
  }

  add(vector: Vector, at: number, value: WholeNumber): void {
    if (vector.small.length <= at) this.#lengthen(vector, at + 1)
    const numbers = vector.small
    if (typeof value === 'number' && value <= small && value >= -small) {
      const sum = (numbers[at] as number) + value
      if (sum <= small && sum >= -small) numbers[at] = sum
      else {
        numbers[at] = 0
        this.#addLarge(vector, at, BigInt(sum))
      }
    } else this.#addLarge(vector, at, BigInt(value))
  }

  /** To exactly so many numbers: `push` would make room for many more. */
  #lengthen(vector: Vector, length: number): void {
    const { small } = vector
    const longer = new Array<number>(length).fill(0, small.length)
    for (let at = 0; at < small.length; at++) longer[at] = small[at] as number
    vector.small = longer
    this.#bytes += bytesPerNumber * (length - small.length)
  }

  #addLarge(vector: Vector, at: number, value: bigint): void {
    if (vector.large === undefined) {
      vector.large = new Map()
      this.#bytes += bytesPerCounter
    }
    vector.large.set(at, (vector.large.get(at) ?? 0n) + value)
  }

  /** Each key with its vector up to the last number that is not zero; vectors that are all zero are left out. In no order. */
  *[Symbol.iterator](): IterableIterator<Summed> {
    for (const [prefix, vectors] of this.#vectors) {
      const expiresAt = this.#expiryOf(prefix)
      for (const [rest, vector] of vectors) {
        const by = numbersOf(vector)
        if (by.length > 0) yield { sort: prefix + rest, by, expiresAt }
      }
    }
  }

  clear(): void {
    this.#vectors.clear()
    this.#size = 0
    this.#bytes = 0
  }
}

function numbersOf({ small, large }: Vector): bigint[] {
  const by = small.map((value, at) => BigInt(value) + (large?.get(at) ?? 0n))
  while (by.at(-1) === 0n) by.pop()
  return by
}
