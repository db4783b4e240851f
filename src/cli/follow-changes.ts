import { setTimeout as delay } from 'node:timers/promises'
import { MillraceError } from '../errors.ts'
import { fold } from '../fold/fold.ts'
import type { FoldEvent, Observe } from '../fold/fold-event.ts'
import type { PostgresStore } from '../store/postgres/postgres-store.ts'
import type { ReportView } from '../store/postgres/report-view.ts'
import type { Allowlist } from '../tenancy/allowlist.ts'
import type { RotatingFoldSecrets } from './fold-secrets.ts'
import type { Folded } from './folded.ts'
import type { LoadedConfig } from './load-config.ts'
import { reportViews } from './report-views.ts'
import { snapshotSettings } from './snapshot-settings.ts'

export interface FollowOptions {
  readonly config: LoadedConfig
  readonly folded: Folded
  readonly secrets: RotatingFoldSecrets
  readonly tenants: Allowlist
  readonly store: PostgresStore
  /** Another in its stead, with the credentials that the secrets hold then. */
  readonly reopen: () => Promise<PostgresStore>
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
  const { insertOnly: _, snapshots, readers = [], ...settings } = config.fold ?? {}
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
    await prepared(store, { views, readers, once, signal: ending, observe })
    if (!ending.aborted)
      await fold({
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

interface Preparing {
  readonly views: readonly ReportView[]
  readonly readers: readonly string[]
  readonly once: boolean
  readonly signal: AbortSignal
  readonly observe: Observe
}

/** Brings the store's schema up to date, and its views to the reports. A store that is away is waited for, as it is later; but not where somebody waits. */
async function prepared(store: PostgresStore, preparing: Preparing): Promise<void> {
  const { views, readers, once, signal, observe } = preparing
  while (!signal.aborted) {
    try {
      await store.migrate()
      await store.describeReports(views, readers)
      return
    } catch (error) {
      if (once || !(error instanceof MillraceError) || error.code !== 'STORE_UNAVAILABLE') throw error
      observe({ type: 'trouble', about: 'store', detail: error.detail })
      await delay(retryMilliseconds, undefined, { signal }).catch(() => {})
    }
  }
}
