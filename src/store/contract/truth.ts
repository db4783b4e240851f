import { compareText } from '../../report/compare-text.ts'
import { hasExpired } from '../keys.ts'
import { MemoryStore } from '../memory/memory-store.ts'
import type { BaseAddition, Counter, Position, SortRange } from '../report-store.ts'
import { expiryOf, fingerprint, type Image, keys, placeOf, positionOf, type Rollup, rollups } from './history.ts'

/** Every text that a key can be is within it, but for the last character of Unicode and its like. */
export const everything: SortRange = { from: '', to: '\u{10ffff}\u{10ffff}' }

const stream = 'truth'

/** Places at the end that are zero say nothing. */
export function trimmed({ sort, values }: Counter): Counter {
  let length = values.length
  while (values[length - 1] === 0n) length -= 1
  return { sort, values: values.slice(0, length) }
}

/**
 * What the changes of a source amount to at each position: as the memory store adds them up, one by one, with nobody in its way. It is
 * told of no expiry: what has expired is left out where it is asked for.
 */
export class Truth {
  readonly end: Position
  readonly transactions: readonly (readonly Image[])[]
  readonly #states: (readonly (readonly Counter[])[])[] = []

  private constructor(transactions: readonly (readonly Image[])[]) {
    this.transactions = transactions
    this.end = positionOf(transactions.length)
  }

  static async of(transactions: readonly (readonly Image[])[]): Promise<Truth> {
    const truth = new Truth(transactions)
    const store = new MemoryStore()
    const definitions = { fingerprint, definition: '', facts: '', startsAt: positionOf(0) }
    const builds = await store.open(
      stream,
      rollups.map((rollup) => ({ ...rollup, ...definitions })),
      0,
    )
    for (let place = 0; place <= transactions.length; place++) {
      if (place > 0) {
        const additions = (transactions[place - 1] ?? []).map(({ rollup, key, by }) => ({
          build: builds[rollup] as (typeof builds)[number],
          sort: keys[key] as string,
          by,
        }))
        const [from, to] = [positionOf(place - 1), positionOf(place)]
        await store.apply(stream, { from, to, epoch: 1, committedAt: 0n, source: '', additions })
      }
      const states: (readonly Counter[])[] = []
      for (const build of builds) {
        const read = await store.read(stream, build, [everything])
        states.push((read?.counters[0] ?? []).map(trimmed))
      }
      truth.#states.push(states)
    }
    return truth
  }

  /** The counters of a rollup at a position that was committed at a time, sorted by key. */
  at(position: Position, committedAt: bigint, rollup: Rollup, range: SortRange = everything): readonly Counter[] {
    return this.#all(position, rollup).filter(
      ({ sort }) =>
        compareText(range.from, sort) <= 0 &&
        compareText(sort, range.to) < 0 &&
        !hasExpired(expiryOf(sort), committedAt),
    )
  }

  /** The base of a build at a position, in three chunks that may be empty: of all rows that there are, however old. */
  base(position: Position, rollup: Rollup): readonly (readonly BaseAddition[])[] {
    const all = this.#all(position, rollup).map(({ sort, values }) => ({ sort, by: values, expiresAt: expiryOf(sort) }))
    return [0, 1, 2].map((chunk) => all.filter((_, index) => index % 3 === chunk))
  }

  #all(position: Position, rollup: Rollup): readonly Counter[] {
    const index = rollups.findIndex(({ tenant, report }) => tenant === rollup.tenant && report === rollup.report)
    const all = this.#states[placeOf(position)]?.[index]
    if (all === undefined) throw new Error(`nobody is at ${position} of ${JSON.stringify(rollup)}`)
    return all
  }
}
