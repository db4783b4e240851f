import type { AwsCredentials, TableAddress } from '../../src/store/dynamodb/table-address.ts'
import { openTables } from '../dynamodb/tables.ts'

export interface TestTable extends TableAddress, AsyncDisposable {
  readonly endpoint: string
  readonly credentials?: AwsCredentials
}

/** One table, where `openTables` makes them; it is gone once this is disposed of. */
export async function openTestTable(): Promise<TestTable> {
  const tables = await openTables()
  const { endpoint, ...address } = await tables.table()
  return { ...address, endpoint: endpoint as string, [Symbol.asyncDispose]: () => tables.close() }
}
