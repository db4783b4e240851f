import pg from 'pg'
import type { FoldDefinition } from '../rollup/build-definition.ts'

type Source = FoldDefinition['source']

/**
 * A condition for the rows of some tenants that may let others' through, but none of theirs fall; undefined where there can be no
 * row. `tenants` are the column's canonical texts. It names the column alone, so that an index can serve.
 */
export function tenantsCondition({ tenantColumn }: Source, tenants: readonly string[]): string | undefined {
  if (tenantColumn === null) return 'true'
  const { column, type } = tenantColumn
  const possible = tenants.filter(possibleIds[type.kind] ?? isText)
  if (possible.length === 0) return undefined
  const list = possible.map((tenant) => pg.escapeLiteral(tenant)).join(', ')
  return `${pg.escapeIdentifier(column)} = any (array[${list}]::${sqlTypes[type.kind] ?? 'text'}[])`
}

/** Text has no NUL; a literal with one would break the statement. */
const isText = (tenant: string): boolean => !tenant.includes('\0')

const isWhole = (tenant: string): boolean =>
  /^-?\d{1,19}$/.test(tenant) && BigInt.asIntN(64, BigInt(tenant)) === BigInt(tenant)
const isUuid = (tenant: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(tenant)

const possibleIds: Readonly<Record<string, (tenant: string) => boolean>> = {
  integer: isWhole,
  bigint: isWhole,
  uuid: isUuid,
}
const sqlTypes: Readonly<Record<string, string>> = { integer: 'bigint', bigint: 'bigint', uuid: 'uuid' }
