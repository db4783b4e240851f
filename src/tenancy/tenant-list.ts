import { readTenant, type Tenant } from './tenant.ts'

/** A row of the tenant source that cannot be accepted. `detail` names the tenant and the field, never a value of it. */
export interface TenantProblem {
  readonly detail: string
  /** The id of the row, where it has one. */
  readonly tenant?: string
}

export interface TenantList {
  /** In the order of the source. */
  readonly tenants: readonly Tenant[]
  readonly problems: readonly TenantProblem[]
}

/**
 * Reads each row by itself, so that one bad row takes no other tenant with it.
 *
 * Of rows that share an id none is accepted, and of rows that share a schema none is: which of them is meant cannot be
 * known, and a wrong guess shows one tenant the rows of another.
 */
export function readTenants(rows: readonly unknown[]): TenantList {
  const repeatedIds = repeated(rows, 'id')
  const repeatedSchemas = repeated(rows, 'schema')
  const tenants: Tenant[] = []
  const problems: TenantProblem[] = []
  for (const [index, row] of rows.entries()) {
    const id = textOf(row, 'id')
    const report = (field: string, reason: string): void => {
      const subject = `tenants[${id === undefined ? index : JSON.stringify(id)}]`
      const detail = `${subject}${field === '' ? '' : `.${field}`}: ${reason}`
      problems.push(id === undefined ? { detail } : { detail, tenant: id })
    }
    const read = readTenant(row)
    if ('fault' in read) report(read.fault.field, read.fault.reason)
    else if (repeatedIds.has(read.tenant.id)) report('id', 'stands in more than one row')
    else if (read.tenant.schema !== undefined && repeatedSchemas.has(read.tenant.schema))
      report('schema', 'belongs to more than one tenant')
    else tenants.push(read.tenant)
  }
  return { tenants, problems }
}

function repeated(rows: readonly unknown[], field: string): ReadonlySet<string> {
  const seen = new Set<string>()
  const again = new Set<string>()
  for (const row of rows) {
    const value = textOf(row, field)
    if (value === undefined) continue
    if (seen.has(value)) again.add(value)
    seen.add(value)
  }
  return again
}

function textOf(row: unknown, field: string): string | undefined {
  const value = typeof row === 'object' && row !== null ? (row as Record<string, unknown>)[field] : undefined
  return typeof value === 'string' ? value : undefined
}
