import { MillraceError } from '../errors.ts'
import type { AnalyticsSecret } from '../secret/analytics-secret.ts'
import { loadSecret } from '../secret/load-secret.ts'
import type { ReportStore } from '../store/report-store.ts'
import type { LoadedConfig } from './load-config.ts'

/** The reporting store of the analytics secret. Throws SECRET_INVALID where it names none. */
export async function openedStore({ analytics }: LoadedConfig, secret?: AnalyticsSecret): Promise<ReportStore> {
  if (secret === undefined) await loadSecret(analytics)
  throw new MillraceError('SECRET_INVALID', `analytics (${analytics}): store: is missing; without it nothing is folded`)
}
