import { MillraceError } from '../../errors.ts'
import type { AwsCredentials, TableAddress } from './table-address.ts'

export interface TableOptions extends TableAddress {
  readonly credentials?: AwsCredentials
}

/** Makes the table where there is none, on demand, with TTL, and waits until it can be used; true where it made it. Throws STORE_UNAVAILABLE, TARGET_REFUSED. */
export async function createTable(options: TableOptions): Promise<boolean> {
  throw new MillraceError('INTERNAL', `table ${options.table}`)
}
