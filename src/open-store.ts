import type { StoreTarget } from './secret/analytics-secret.ts'
import { PostgresStore } from './store/postgres/postgres-store.ts'

/** The reporting store that a secret names, not asked yet. What folds brings its schema up to date first: `migrate`. */
export function openStore({ kind: _, schema, reports: __, shadow: ___, ...connection }: StoreTarget): PostgresStore {
  return new PostgresStore({ connection, schema })
}
