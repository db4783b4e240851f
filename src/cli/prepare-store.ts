import type { StoreTarget } from '../secret/store-target.ts'
import { PostgresStore } from '../store/postgres/postgres-store.ts'
import type { ReportView } from '../store/postgres/report-view.ts'
import type { ReportStore } from '../store/report-store.ts'

export interface Preparing {
  readonly views: readonly ReportView[]
  /** Roles of a PostgreSQL store that may read its views; nobody of another. */
  readonly readers: readonly string[]
}

/**
 * What folds needs of a store before it begins: the schema of this version and the views of the reports in PostgreSQL, a table that
 * fits in DynamoDB, which `millrace apply` makes: whoever folds need not be allowed to. Throws STORE_UNAVAILABLE, TARGET_REFUSED.
 */
export async function prepareStore(
  target: StoreTarget,
  store: ReportStore,
  { views, readers }: Preparing,
): Promise<void> {
  if (target.kind === 'dynamodb') {
    const { checkTable } = await import('../store/dynamodb/check-table.ts')
    await checkTable(target)
  } else if (store instanceof PostgresStore) {
    await store.migrate()
    await store.describeReports(views, readers)
  }
}
