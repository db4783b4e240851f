import type { BuildId, Filling, ReportStore } from '../store/report-store.ts'
import { type FillingWork, shareOf } from './filling-work.ts'

export interface FillingProgressOptions {
  readonly store: Pick<ReportStore, 'tellFilling'>
  readonly stream: string
  /** Those that were opened at once. */
  readonly builds: readonly BuildId[]
  /** Milliseconds between two words of it. 1,000. */
  readonly everyMilliseconds?: number
}

/** An estimate may be too low; and the builds are still to be read. */
const mostBeforeTheEnd = 0.99
/** Milliseconds after which the same is told again, so that nobody takes a worker that rests for one that is gone. */
const repeatedAfter = 15_000

/**
 * Leaves word in the store of how far builds have come that are filled together: a share of the work that never goes back. What could
 * not be told is told the next time.
 */
export class FillingProgress {
  readonly #options: FillingProgressOptions
  readonly #timer: NodeJS.Timeout
  #share: number | null = null
  #told: { readonly share: number | null; readonly at: number } | undefined
  #telling: Promise<void> | undefined

  constructor(options: FillingProgressOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#tellNews(), options.everyMilliseconds ?? 1_000)
    this.#timer.unref()
    this.#tellNews()
  }

  tell(work: FillingWork): void {
    const share = shareOf(work)
    if (share === null) return
    this.#share = Math.max(this.#share ?? 0, Math.min(Math.floor(share * 1000) / 1000, mostBeforeTheEnd))
  }

  /** They are filled no more: to be told once what came of them can be seen. Throws what the store throws. */
  async end(tell: (filling: Filling) => Promise<void>): Promise<void> {
    clearInterval(this.#timer)
    await this.#telling
    await tell(this.#filling(true))
  }

  #tellNews(): void {
    const share = this.#share
    const isNews = this.#told?.share !== share || performance.now() - this.#told.at > repeatedAfter
    if (!isNews || this.#telling !== undefined) return
    const { store, stream } = this.#options
    this.#telling = store
      .tellFilling(stream, this.#filling(false))
      .then(() => {
        this.#told = { share, at: performance.now() }
      })
      .catch(() => {})
      .finally(() => {
        this.#telling = undefined
      })
  }

  #filling(isOver: boolean): Filling {
    const numbers = this.#options.builds.map(({ number }) => number)
    return { first: Math.min(...numbers), last: Math.max(...numbers), share: this.#share, isOver }
  }
}
