import { MillraceError } from '../errors.ts'
import { openStore } from '../open-store.ts'
import type { AnalyticsSecret } from '../secret/analytics-secret.ts'
import { loadSecret } from '../secret/load-secret.ts'
import type { PostgresStore } from '../store/postgres/postgres-store.ts'
import type { LoadedConfig } from './load-config.ts'

/** The reporting store of the analytics secret, to be closed. Throws SECRET_INVALID where it names none. */
export async function openedStore({ analytics }: LoadedConfig, secret?: AnalyticsSecret): Promise<PostgresStore> {
  const { store } = secret ?? (await loadSecret(analytics))
  if (store !== undefined) return openStore(store)
  throw new MillraceError('SECRET_INVALID', `analytics (${analytics}): store: is missing; without it nothing is folded`)
}
