import type { Freshness } from '../report/engine.ts'
import type { Position } from '../report/position.ts'
import { type Changed, origin, type Progress, type ReportStore, type ToldFilling } from '../store/report-store.ts'

/** What a tenant's listener is told: where the store is, and which of the tenant's reports changed since it was told before. */
export interface Changes extends Freshness {
  readonly position: Position
  readonly reports: readonly string[]
  /** Those whose counters are being built, whenever they have come further, 0 to 1. */
  readonly building: readonly { readonly report: string; readonly progress: number | null }[]
  /** Those whose counters may have become complete. */
  readonly ready: readonly string[]
  /** The store has begun anew: nothing that was read before says anything. */
  readonly anew: boolean
}

export interface Listening {
  close(): void
}

export interface ChangeFeedOptions {
  readonly store: Pick<ReportStore, 'changed' | 'fillings'>
  readonly stream?: string
  readonly freshnessOf: (progress: Pick<Progress, 'position' | 'committedAt'>) => Freshness
  /** Milliseconds between two questions to the store. 50, as the fold flushes. */
  readonly pollMilliseconds?: number
  /** Milliseconds after a question that failed. 1,000. */
  readonly restMilliseconds?: number
}

interface Listener {
  readonly tenant: string
  /** Everything up to it has been told. */
  position: Position
  /** As it was told last. */
  filling: ToldFilling | undefined
  readonly tell: (changes: Changes) => void
}

/** Above every position. */
const never: Position = 'g'

/**
 * Which reports of which tenants change, learned by asking the store, whatever process folds. One loop for all who listen; nobody
 * listens, nobody asks.
 */
export class ChangeFeed {
  readonly #options: Required<ChangeFeedOptions>
  readonly #listeners = new Set<Listener>()
  #timer: NodeJS.Timeout | undefined
  #asking = false
  #closed = false

  constructor(options: ChangeFeedOptions) {
    this.#options = { stream: 'main', pollMilliseconds: 50, restMilliseconds: 1_000, ...options }
  }

  /**
   * Begins with what changed after `since`; without it, or where the store has begun anew meanwhile, with nothing. What is told
   * first comes before this ends. Throws STORE_UNAVAILABLE.
   */
  async listen(tenant: string, since: Position | undefined, tell: (changes: Changes) => void): Promise<Listening> {
    const { store, stream } = this.#options
    const first = await store.changed(stream, [tenant], since ?? never)
    const anew = since !== undefined && first.position < since
    const { position, filling } = first
    // Of what is being built it is told how far it has come, and what became ready since it was read.
    const listener: Listener = { tenant, position, filling: filling?.isOver ? filling : undefined, tell }
    tell({ ...this.#at(first), reports: first.reports.map(({ report }) => report), building: [], ready: [], anew })
    if (!this.#closed) this.#listeners.add(listener)
    this.#schedule(this.#options.pollMilliseconds)
    return { close: () => this.#listeners.delete(listener) }
  }

  close(): void {
    this.#closed = true
    this.#listeners.clear()
    clearTimeout(this.#timer)
  }

  #schedule(milliseconds: number): void {
    if (this.#asking || this.#timer !== undefined || this.#listeners.size === 0) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#ask()
    }, milliseconds)
    this.#timer.unref()
  }

  async #ask(): Promise<void> {
    const { store, stream, pollMilliseconds, restMilliseconds } = this.#options
    // Whoever comes while the question is under way has asked for itself.
    const listeners = [...this.#listeners]
    if (listeners.length === 0) return
    this.#asking = true
    let rest = pollMilliseconds
    try {
      const tenants = [...new Set(listeners.map(({ tenant }) => tenant))]
      const since = listeners.reduce((least, { position }) => (position < least ? position : least), never)
      const found = await store.changed(stream, tenants, since)
      const at = this.#at(found)
      const news = await this.#fillingNews(listeners, found)
      for (const listener of listeners) {
        const anew = found.position < listener.position
        const reports = found.reports
          .filter(({ tenant, changedAt }) => tenant === listener.tenant && changedAt > listener.position)
          .map(({ report }) => report)
        const told = news(listener)
        listener.position = found.position
        listener.filling = found.filling
        if (this.#listeners.has(listener)) listener.tell({ ...at, reports, ...told, anew })
      }
    } catch {
      // Reads tell of it; who listens is told when it is over.
      rest = restMilliseconds
    }
    this.#asking = false
    this.#schedule(rest)
  }

  /** What each listener has not been told yet of the builds that are filled. The store is asked only where there is something. */
  async #fillingNews(listeners: readonly Listener[], { filling }: Changed) {
    const { store, stream } = this.#options
    const waiting = listeners.filter((listener) => !isSame(listener.filling, filling))
    if (filling === undefined || waiting.length === 0) return () => ({ building: [], ready: [] })
    const tenants = [...new Set(waiting.map(({ tenant }) => tenant))]
    const hasEnded = filling.isOver || waiting.some((listener) => listener.filling?.first !== filling.first)
    const [building, { reports: ready }] = await Promise.all([
      filling.isOver ? [] : store.fillings(stream, tenants),
      hasEnded ? store.changed(stream, tenants, origin) : { reports: [] },
    ])
    return (listener: Listener) => {
      if (!waiting.includes(listener)) return { building: [], ready: [] }
      const isTheirs = ({ tenant }: { readonly tenant: string }) => tenant === listener.tenant
      const from = untold(listener.filling)
      return {
        building: building
          .filter((build) => isTheirs(build) && build.filling !== undefined)
          .map(({ report, filling: told }) => ({ report, progress: told?.share ?? null })),
        ready: ready.filter((build) => isTheirs(build) && build.number >= from).map(({ report }) => report),
      }
    }
  }

  #at({ position, committedAt }: Pick<Progress, 'position' | 'committedAt'>) {
    return { position, ...this.#options.freshnessOf({ position, committedAt }) }
  }
}

/** The first build that a listener has not been told of as ready, where the filling is what it was told last. */
const untold = (filling: ToldFilling | undefined): number =>
  filling === undefined ? 0 : filling.isOver ? filling.last + 1 : filling.first

const isSame = (a: ToldFilling | undefined, b: ToldFilling | undefined): boolean =>
  a?.first === b?.first && a?.share === b?.share && a?.isOver === b?.isOver
