import type { Counters } from '../rollup/counters.ts'
import type { Fold } from '../rollup/fold-row.ts'
import type { DrawnRow, RowDrawing } from './draw-row.ts'
import type { TableLoad } from './load.ts'
import type { Random } from './random.ts'
import { type Draw, drawByShares } from './zipf.ts'

const secondsPerDay = 86_400

/** A report's fold, and what it adds to. */
export interface Folding {
  readonly fold: Fold
  readonly counters: Counters
}

/** Draws changes of a table, and folds them as the product does: an update takes away what the row was, and adds what it is. */
export class ChangeDrawing {
  readonly #rows: RowDrawing
  readonly #kind: Draw
  readonly #updates: readonly { readonly places: readonly number[]; readonly ageSeconds: number }[]
  readonly #deletedAgeSeconds: number

  /** `columnOf`: the name in the database of a property. */
  constructor(rows: RowDrawing, table: TableLoad, columnOf: (property: string) => string, historyDays: number) {
    this.#rows = rows
    this.#updates = table.updates.map(({ changes, ageDays }) => ({
      places: rows.placesOf(changes.map(columnOf)),
      ageSeconds: Math.min(ageDays, historyDays) * secondsPerDay,
    }))
    this.#deletedAgeSeconds = (historyDays / 2) * secondsPerDay
    this.#kind = drawByShares([
      table.insertsPerSecond,
      table.deletesPerSecond,
      ...table.updates.map(({ perSecond }) => perSecond),
    ])
  }

  /** One change, in seconds since 1970. */
  change(random: Random, now: number, foldings: readonly Folding[]): void {
    const kind = this.#kind(random)
    if (kind === 0) {
      this.#fold(this.#rows.draw(random, now, now), 1, foldings)
      return
    }
    const update = this.#updates[kind - 2]
    if (update === undefined) {
      const madeAt = now - random.exponential(this.#deletedAgeSeconds)
      this.#fold(this.#rows.draw(random, madeAt, now), -1, foldings)
      return
    }
    const { places, ageSeconds } = update
    // A row that no report reads a changed column of is changed for nothing.
    if (places.length === 0) return
    const madeAt = now - random.exponential(ageSeconds)
    const before = this.#rows.drawUnfilled(random, madeAt, now, places)
    const after = this.#rows.changed(random, before, madeAt, now, places)
    this.#fold(before, -1, foldings)
    this.#fold(after, 1, foldings)
  }

  /** One row of those that are there, made between two times. */
  row(random: Random, from: number, now: number, foldings: readonly Folding[]): void {
    this.#fold(this.#rows.draw(random, from + random.next() * (now - from), now), 1, foldings)
  }

  #fold(row: DrawnRow, sign: 1 | -1, foldings: readonly Folding[]): void {
    this.#rows.show(row)
    for (const { fold, counters } of foldings) fold(this.#rows.image, sign, counters)
  }
}
