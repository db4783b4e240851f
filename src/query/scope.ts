import { MillraceError } from '../errors.ts'
import type { Tenant } from '../tenancy/tenant.ts'
import { quoteIdentifier, type Statement } from './statement.ts'

/** What bounds every statement on the replica. */
export interface Bounds {
  readonly statementTimeoutMilliseconds: number
  /** 0: a report never takes a second core of the replica. */
  readonly parallelWorkers: number
}

export type Tenancy = 'column' | 'schema'

/**
 * What every exchange begins with. `read committed`, whatever the role's default: each statement sees what was replayed
 * before it began, so that an answer is at least as current as what the scope statement has read.
 */
export const begin: Statement = { text: 'begin isolation level read committed read only', values: [] }

/**
 * What every exchange ends with. A rollback, since it also takes back what a statement has set for the session: nothing
 * remains on the connection, whichever pooler stands between.
 */
export const rollback: Statement = { text: 'rollback', values: [] }

/**
 * The statement that goes before every other, in the same round trip: T3 the search path is the tenant's schema and
 * nothing else (temporary tables, which would otherwise come first, last); T4 `app.tenant` for row-level security;
 * T5 the transaction cannot write. All of it is local to the transaction. `columns` are read with it, before any
 * snapshot of the statements that follow, and are the last columns of its row.
 *
 * Throws TENANT_UNKNOWN where tenancy is by schema and the tenant has none.
 */
export function scopeStatement(
  tenant: Tenant,
  tenancy: Tenancy,
  application: string,
  { statementTimeoutMilliseconds, parallelWorkers }: Bounds,
  columns: readonly string[] = [],
): Statement {
  const settings = [
    ['transaction_read_only', 'on'],
    ['search_path', tenancy === 'schema' ? schemaPath(tenant) : 'pg_catalog, pg_temp'],
    ['app.tenant', tenant.id],
    ['statement_timeout', String(statementTimeoutMilliseconds)],
    ['max_parallel_workers_per_gather', String(parallelWorkers)],
    ['application_name', application],
    // A float's text is the shortest that gives the float back, whatever the database or role is set to.
    ['extra_float_digits', '1'],
  ] as const
  const sets = settings.map(([name], at) => `pg_catalog.set_config('${name}', $${at + 1}, true)`)
  return { text: `select ${[...sets, ...columns].join(', ')}`, values: settings.map(([, value]) => value) }
}

/** PostgreSQL reads `$user` in a search path as the role's own schema even where it is quoted. */
function schemaPath({ schema }: Tenant): string {
  if (schema === undefined || schema === '$user')
    throw new MillraceError('TENANT_UNKNOWN', 'the tenant has no schema of its own')
  return `${quoteIdentifier(schema)}, pg_temp`
}
