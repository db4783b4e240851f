import { MillraceError } from '../../errors.ts'
import type { TableOptions } from './create-table.ts'

/** Refuses a table that does not fit: its keys, its billing, its TTL. Throws STORE_UNAVAILABLE, TARGET_REFUSED. */
export async function checkTable(options: TableOptions): Promise<void> {
  throw new MillraceError('INTERNAL', `table ${options.table}`)
}
