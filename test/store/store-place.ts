import type { Connection } from '../../src/embedded/connection.ts'
import type { TableOptions } from '../../src/store/dynamodb/check-table.ts'
import { openDynamoStore } from '../../src/store/dynamodb/dynamodb-store.ts'
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts'
import type { ReportStore } from '../../src/store/report-store.ts'
import type { ReadableMemoryStore } from './readable-memory-store.ts'

/** Where a store under test is, as another process can be told. */
export type SharedPlace =
  | { readonly kind: 'postgres'; readonly connection: Connection }
  | { readonly kind: 'dynamodb'; readonly table: TableOptions }

/** One in memory is its process's own, and ends with it. */
export type StorePlace = SharedPlace | { readonly kind: 'memory'; readonly store: ReadableMemoryStore }

export function openPlace(place: StorePlace): ReportStore {
  if (place.kind === 'memory') return place.store
  return place.kind === 'postgres'
    ? new PostgresStore({ connection: place.connection })
    : openDynamoStore({ ...place.table, deadlineMilliseconds: 5_000 })
}
