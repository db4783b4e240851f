import type { Connection } from '../../src/embedded/connection.ts'
import type { TableOptions } from '../../src/store/dynamodb/check-table.ts'
import type { ReportStore } from '../../src/store/report-store.ts'
import { settingsOf } from './connections.ts'

/** Where the reporting store of the demo is, as another process can be told. */
export type StorePlace =
  | { readonly kind: 'postgres'; readonly connection: Connection }
  | { readonly kind: 'dynamodb'; readonly table: TableOptions }

export type StoreKind = StorePlace['kind']

export async function openPlace(place: StorePlace): Promise<ReportStore> {
  if (place.kind === 'dynamodb') {
    const { openDynamoStore } = await import('../../src/store/dynamodb/dynamodb-store.ts')
    return openDynamoStore(place.table)
  }
  const { PostgresStore } = await import('../../src/store/postgres/postgres-store.ts')
  return new PostgresStore({ connection: settingsOf(place.connection) })
}
