import type { Tenant } from '../tenancy/tenant.ts'
import { quoteIdentifier, type Statement } from './statement.ts'

/** What bounds every statement on the replica. */
export interface Bounds {
  readonly statementTimeoutMilliseconds: number
  /** 0: a report never takes a second core of the replica. */
  readonly parallelWorkers: number
}

/**
 * The statement that goes before every other, in the same round trip: T3 the search path is the tenant's schema and
 * nothing else (temporary tables, which would otherwise come first, last); T4 `app.tenant` for row-level security;
 * T5 the transaction cannot write. All of it is local to the transaction.
 */
export function scopeStatement(
  tenant: Tenant,
  tenancy: 'column' | 'schema',
  application: string,
  { statementTimeoutMilliseconds, parallelWorkers }: Bounds,
): Statement {
  const path = tenancy === 'schema' ? `${quoteIdentifier(tenant.schema ?? '')}, pg_temp` : 'pg_catalog, pg_temp'
  return {
    text: `select set_config('transaction_read_only', 'on', true), set_config('search_path', $1, true),
  set_config('app.tenant', $2, true), set_config('statement_timeout', $3, true),
  set_config('max_parallel_workers_per_gather', $4, true), set_config('application_name', $5, true)`,
    values: [path, tenant.id, String(statementTimeoutMilliseconds), String(parallelWorkers), application],
  }
}
