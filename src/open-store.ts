import type { StoreTarget } from './secret/analytics-secret.ts'
import { PostgresStore } from './store/postgres/postgres-store.ts'

/** The reporting store that a secret names, not asked yet. What folds brings its schema up to date first: `migrate`. */
export function openStore({ schema, ...connection }: StoreTarget): PostgresStore {
  return new PostgresStore({ connection, schema })
}
