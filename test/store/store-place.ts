import type { Connection } from '../../src/embedded/connection.ts'
import type { TableOptions } from '../../src/store/dynamodb/check-table.ts'
import { openDynamoStore } from '../../src/store/dynamodb/dynamodb-store.ts'
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts'
import type { ReportStore } from '../../src/store/report-store.ts'

/** Where a store under test is, as another process can be told. */
export type StorePlace =
  | { readonly kind: 'postgres'; readonly connection: Connection }
  | { readonly kind: 'dynamodb'; readonly table: TableOptions }

export function openPlace(place: StorePlace): ReportStore {
  return place.kind === 'postgres'
    ? new PostgresStore({ connection: place.connection })
    : openDynamoStore({ ...place.table, deadlineMilliseconds: 5_000 })
}
