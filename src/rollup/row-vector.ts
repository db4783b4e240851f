import type { Counters } from './counters.ts'
import type { WholeNumber } from './whole-number.ts'

/** What one row adds to a vector: the places of the numbers that are not zero. It is used for one row after the other. */
export class RowVector {
  readonly #places: number[] = []
  readonly #values: WholeNumber[] = []
  #count = 0

  clear(): void {
    this.#count = 0
  }

  put(at: number, value: WholeNumber): void {
    if (value === 0) return
    this.#places[this.#count] = at
    this.#values[this.#count] = value
    this.#count++
  }

  /** Adds it to a counter from a base place on, or takes it away. */
  addTo(counters: Counters, prefix: string, rest: string, base: number, sign: 1 | -1): void {
    const vector = counters.at(prefix, rest)
    // From the last on, so that a vector that is made here gets its length at once.
    for (let i = this.#count - 1; i >= 0; i--) {
      const value = this.#values[i] as WholeNumber
      counters.add(vector, base + (this.#places[i] as number), sign === 1 ? value : -value)
    }
  }
}
