import { Counters } from '../rollup/counters.ts'
import { compileExpiry } from '../rollup/expiry.ts'
import { compileFold, type Fold } from '../rollup/fold-row.ts'
import type { FoldPlan } from '../rollup/plan.ts'
import { type BaseAddition, type ReportStore, UnfitCounters } from '../store/report-store.ts'
import { idOf } from './active-build.ts'
import type { FillingBuild } from './base.ts'
import { isCode } from './patiently.ts'

/** A build that is being filled, with what its rows add since its last chunk. */
export interface Filling {
  readonly filled: FillingBuild
  readonly fold: Fold
  readonly counters: Counters
  chunks: number
  /** Whether rows are still added to it. */
  isOpen: boolean
}

export interface FillingCountersOptions {
  readonly store: Pick<ReportStore, 'addBase'>
  readonly stream: string
  readonly memoryBytes?: number
  /** Told of builds whose counters the store cannot hold. */
  readonly onPoison: (builds: readonly FillingBuild[], detail: string) => void
  /** When the rows are read, in seconds since 1970 by the source's clock: what has expired by then is left out. */
  readonly readAt: number
  /** Told when the store has been given counters of a build. */
  readonly onGiven?: () => void
}

const defaultMemoryBytes = 32 * 2 ** 20
/** How many builds are given to the store at once. */
const atOnce = 4

/** The counters of all builds of a base, given to the store in chunks so that memory stays bounded. */
export class FillingCounters {
  readonly #options: FillingCountersOptions
  readonly #memoryBytes: number
  readonly #folds = new Map<string, Fold>()
  readonly #fillings = new Set<Filling>()
  #given = 0

  constructor(options: FillingCountersOptions) {
    this.#options = options
    this.#memoryBytes = options.memoryBytes ?? defaultMemoryBytes
  }

  /** How many counters the store has been given, and is still to be given. */
  get amounts(): { readonly given: number; readonly waiting: number } {
    let waiting = 0
    for (const { counters } of this.#fillings) waiting += counters.size
    return { given: this.#given, waiting }
  }

  /** Builds of one plan, as those of a report in one zone are, share what was compiled of it. */
  add(filled: FillingBuild): Filling {
    const filling = {
      filled,
      fold: this.#foldOf(filled.definition.plan),
      counters: new Counters(compileExpiry(filled.definition.plan)),
      chunks: 0,
      isOpen: true,
    }
    this.#fillings.add(filling)
    return filling
  }

  close(filling: Filling): void {
    filling.isOpen = false
    filling.counters.clear()
    this.#fillings.delete(filling)
  }

  /** A promise where there is something to wait for. */
  flushWhenFull(): Promise<void> | undefined {
    let bytes = 0
    for (const { counters } of this.#fillings) bytes += counters.bytes
    return bytes > this.#memoryBytes ? this.flush() : undefined
  }

  /** While no row is added. */
  async flush(): Promise<void> {
    const waiting = [...this.#fillings].filter(({ counters }) => counters.size > 0)
    const next = async (): Promise<void> => {
      for (let filling = waiting.pop(); filling !== undefined; filling = waiting.pop()) await this.#give(filling)
    }
    await Promise.all(Array.from({ length: atOnce }, next))
  }

  async #give(filling: Filling): Promise<void> {
    const { store, stream } = this.#options
    try {
      const additions = unexpired(filling.counters, this.#options.readAt)
      await store.addBase(stream, idOf(filling.filled.build), String(filling.chunks++), additions)
      this.#given += filling.counters.size
      filling.counters.clear()
      this.#options.onGiven?.()
    } catch (error) {
      // It was stopped or dropped meanwhile: a TRUNCATE, say.
      if (!isCode(error, 'STORE_BUILD_GONE') && !(error instanceof UnfitCounters)) throw error
      this.close(filling)
      if (error instanceof UnfitCounters) this.#options.onPoison([filling.filled], error.detail)
    }
  }

  #foldOf(plan: FoldPlan): Fold {
    const key = JSON.stringify(plan)
    const fold = this.#folds.get(key) ?? compileFold(plan)
    this.#folds.set(key, fold)
    return fold
  }
}

/** As often as it is asked for. The stream may not have come far enough yet for the store to leave out what has expired. */
const unexpired = (counters: Counters, readAt: number): Iterable<BaseAddition> => ({
  *[Symbol.iterator]() {
    for (const each of counters) if (each.expiresAt === undefined || each.expiresAt > readAt) yield each
  },
})
