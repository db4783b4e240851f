import { refuseOtherRegion } from '../data-region.ts'
import { MillraceError } from '../errors.ts'
import { openStore, type StoreOptions } from '../open-store.ts'
import type { AnalyticsSecret } from '../secret/analytics-secret.ts'
import { loadSecret } from '../secret/load-secret.ts'
import type { ReportStore } from '../store/report-store.ts'
import type { LoadedConfig } from './load-config.ts'

export interface OpenedStoreOptions extends Pick<StoreOptions, 'consumed' | 'deadlineMilliseconds'> {
  /** The analytics secret, where it is read already. */
  readonly secret?: AnalyticsSecret
}

/**
 * The reporting store of the analytics secret, to be closed. Throws SECRET_INVALID where it names none, TARGET_REFUSED where the
 * configuration does not allow its region, and PACKAGE_MISSING.
 */
export async function openedStore(
  { analytics, dataRegions, fold }: LoadedConfig,
  { secret, consumed, deadlineMilliseconds = 10_000 }: OpenedStoreOptions = {},
): Promise<ReportStore> {
  const { store } = secret ?? (await loadSecret(analytics))
  if (store !== undefined) {
    refuseOtherRegion(store, dataRegions)
    const shards = (report: string) => fold?.shards?.[report] ?? 1
    return await openStore(store, { consumed, shards, deadlineMilliseconds })
  }
  throw new MillraceError('SECRET_INVALID', `analytics (${analytics}): store: is missing; without it nothing is folded`)
}
