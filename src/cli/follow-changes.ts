import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '../errors.ts'
import { flushMillisecondsOf } from '../flush-interval.ts'
import { fold } from '../fold/fold.ts'
import type { FoldEvent, Observe } from '../fold/fold-event.ts'
import type { StoreTarget } from '../secret/store-target.ts'
import type { ReportStore } from '../store/report-store.ts'
import type { Allowlist } from '../tenancy/allowlist.ts'
import type { RotatingFoldSecrets } from './fold-secrets.ts'
import type { Folded } from './folded.ts'
import type { LoadedConfig } from './load-config.ts'
import { type Preparing, prepareStore } from './prepare-store.ts'
import { reportViews } from './report-views.ts'
import { snapshotSettings } from './snapshot-settings.ts'

export interface FollowOptions {
  readonly config: LoadedConfig
  readonly folded: Folded
  readonly secrets: RotatingFoldSecrets
  readonly tenants: Allowlist
  readonly store: ReportStore
  /** Another in its stead, with the credentials that the secrets hold then. */
  readonly reopen: () => Promise<ReportStore>
  readonly observe: Observe
  readonly signal: AbortSignal
  readonly once: boolean
}

/**
 * Folds until the signal is aborted, or once. Where a server refuses the credentials and the secrets hold others by now, it begins again
 * with those. Throws what `fold` throws, and STORE_UNAVAILABLE with `once`.
 */
export async function followChanges(options: FollowOptions): Promise<void> {
  const { config, folded, secrets, tenants, reopen, signal, once } = options
  let { store } = options
  const { insertOnly: _, snapshots, readers = [], shards: __, ...settings } = config.fold ?? {}
  const views = reportViews(folded.reports)
  for (;;) {
    const rotated = new AbortController()
    const ending = AbortSignal.any([signal, rotated.signal])
    const observe = (event: FoldEvent) => {
      options.observe(event)
      if (!isRefusal(event)) return
      void secrets.refresh().then((hasChanged) => {
        if (hasChanged) rotated.abort()
      })
    }
    // The worker ends before without one.
    const target = secrets.current.analytics.store as StoreTarget
    await prepared(target, store, { views, readers, once, signal: ending, observe })
    if (!ending.aborted)
      await fold({
        flushMilliseconds: flushMillisecondsOf(target),
        ...settings,
        replication: secrets.current.replication,
        snapshots: snapshotSettings(secrets.current, snapshots),
        store,
        reports: folded.reports,
        tenants,
        insertOnly: folded.sources.flatMap(({ source, isInsertOnly }) => (isInsertOnly ? [source] : [])),
        observe,
        signal: ending,
        once,
      })
    if (signal.aborted || !rotated.signal.aborted) return
    store = await reopen()
  }
}

const isRefusal = (event: FoldEvent): boolean => event.type === 'trouble' && event.detail.includes('credentials')

const retryMilliseconds = 5_000

interface PreparingOptions extends Preparing {
  readonly once: boolean
  readonly signal: AbortSignal
  readonly observe: Observe
}

/** A store that is away is waited for, as it is later; but not where somebody waits. */
async function prepared(target: StoreTarget, store: ReportStore, preparing: PreparingOptions): Promise<void> {
  const { once, signal, observe } = preparing
  while (!signal.aborted) {
    try {
      await prepareStore(target, store, preparing)
      return
    } catch (error) {
      if (once || !(error instanceof MillraceError) || error.code !== 'STORE_UNAVAILABLE') throw error
      observe({ type: 'trouble', about: 'store', detail: error.detail })
      await delay(retryMilliseconds, undefined, { signal }).catch(() => {})
    }
  }
}
