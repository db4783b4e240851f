import { addVectors, buildKey, isZero } from '../keys.ts'
import type { BaseAddition, BuildId } from '../report-store.ts'

/** What a chunk of a batch adds to the counters of one build, each once. */
export interface BuildAdditions {
  readonly build: BuildId
  readonly vectors: Map<string, readonly bigint[]>
  /** Of those that expire. */
  readonly expiries: Map<string, number>
}

/** As many counters as are written by one statement: it bounds memory, and how long a statement takes. */
const counterLimit = 5_000
const characterLimit = 1_000_000

/** Additions on their way to the store, summed by key. */
export class CounterChunk {
  readonly builds = new Map<string, BuildAdditions>()
  #counters = 0
  #characters = 0
  #last: BuildAdditions | undefined

  add(build: BuildId, { sort, by, expiresAt }: BaseAddition): void {
    if (isZero(by)) return
    const { vectors, expiries } = this.#of(build)
    const known = vectors.get(sort)
    if (known === undefined) {
      vectors.set(sort, by)
      if (expiresAt !== undefined) expiries.set(sort, expiresAt)
      this.#counters += 1
      this.#characters += sort.length
    } else {
      vectors.set(sort, addVectors(known, by))
    }
  }

  get isFull(): boolean {
    return this.#counters >= counterLimit || this.#characters >= characterLimit
  }

  /** Most additions are to the build of the one before. */
  #of(build: BuildId): BuildAdditions {
    if (this.#last?.build === build) return this.#last
    const key = buildKey(build)
    const additions = this.builds.get(key) ?? { build, vectors: new Map(), expiries: new Map() }
    this.builds.set(key, additions)
    this.#last = additions
    return additions
  }
}
