import type { Viewer } from '../access/viewer.ts'
import { MillraceError } from '../errors.ts'
import type { Freshness } from '../report/engine.ts'
import type { Position } from '../report/position.ts'
import type { ReportEvent } from './wire.ts'

/** Learns of what changes for a tenant. `tell` is called first before `listen` ends, and then at each look at the store. */
export interface ReportChanges {
  listen(tenant: string, since: Position | undefined, tell: (changes: ReportChange) => void): Promise<{ close(): void }>
}

interface ReportChange extends Freshness {
  readonly position: Position
  readonly reports: readonly string[]
  /** Reports whose counters are being built, and how far they have come. */
  readonly building: readonly { readonly report: string; readonly progress: number | null }[]
  /** Reports whose counters have become complete. */
  readonly ready: readonly string[]
  /** The store has begun anew: nothing that was read before says anything. */
  readonly anew: boolean
}

/** One listener's connection. */
export interface Listening {
  /** Where the store is now, as an event, for who has heard nothing for some time. */
  now(): ReportEvent
  close(): void
}

export interface ReportEventsOptions extends ListenerLimits {
  readonly changes: ReportChanges
  /** The names of the reports that the viewer may read, and that change is told of. */
  readonly readable: (viewer: Viewer) => ReadonlySet<string>
}

export interface ListenerLimits {
  /** Listeners of one tenant. 200. */
  readonly perTenant?: number
  /** Listeners in all. 5,000. */
  readonly total?: number
}

export class ReportEvents {
  readonly #options: Required<ReportEventsOptions>
  readonly #listening = new Map<string, number>()
  #total = 0

  constructor(options: ReportEventsOptions) {
    this.#options = { perTenant: 200, total: 5_000, ...options }
  }

  get total(): number {
    return this.#total
  }

  /**
   * Tells what changes for a viewer, as far as the viewer may read it at that moment: `viewerNow` may come to know another one of the
   * same tenant. Several events of one position come in one call. Throws TOO_BUSY, STORE_UNAVAILABLE, and what `readable` throws.
   */
  async listen(
    viewerNow: () => Viewer,
    since: Position | undefined,
    tell: (events: readonly ReportEvent[]) => void,
  ): Promise<Listening> {
    const { changes, readable } = this.#options
    const { tenant } = viewerNow()
    readable(viewerNow())
    const leave = this.#enter(tenant)
    let last: ReportChange | undefined
    let heardAt = 0
    const hear = (change: ReportChange) => {
      heardAt = performance.now()
      const { position, asOf, lagSeconds, reports, building, ready } = change
      const at = { position, asOf, lagSeconds }
      const isFirst = last === undefined
      last = change
      const hello = isFirst || change.anew
      if (!hello && reports.length + building.length + ready.length === 0) return
      const known = readable(viewerNow())
      // Of what was read before, only what is at or after `since` still holds unless an event says otherwise.
      const whole = isFirst && since !== undefined && !change.anew ? since : position
      tell([
        ...(hello ? [{ event: 'hello', ...at, since: whole } as const] : []),
        ...(change.anew
          ? []
          : [
              ...reports.map((report) => ({ event: 'changed', report, ...at }) as const),
              ...building.map((each) => ({ event: 'building', ...each, ...at }) as const),
              ...ready.map((report) => ({ event: 'ready', report, ...at }) as const),
            ].filter(({ report }) => known.has(report))),
      ])
    }
    try {
      const { close } = await changes.listen(tenant, since, hear)
      return {
        now: () => {
          const { position, asOf, lagSeconds } = last as ReportChange
          // While the store cannot be asked, what was heard last grows old.
          const since = (performance.now() - heardAt) / 1000
          return { event: 'at', position, asOf, lagSeconds: lagSeconds === null ? null : lagSeconds + since }
        },
        close: () => {
          close()
          leave()
        },
      }
    } catch (error) {
      leave()
      throw error
    }
  }

  /** Takes a place, and gives how to leave it; leaving twice is leaving once. */
  #enter(tenant: string): () => void {
    const { perTenant, total } = this.#options
    const count = this.#listening.get(tenant) ?? 0
    if (count >= perTenant || this.#total >= total)
      throw new MillraceError('TOO_BUSY', 'too many listen to events already', { retryAfter: 30 })
    this.#listening.set(tenant, count + 1)
    this.#total++
    let left = false
    return () => {
      if (left) return
      left = true
      this.#total--
      const others = (this.#listening.get(tenant) ?? 1) - 1
      if (others === 0) this.#listening.delete(tenant)
      else this.#listening.set(tenant, others)
    }
  }
}
