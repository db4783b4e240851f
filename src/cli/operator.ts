import { userInfo } from 'node:os'
import { frozenViewer, type Viewer } from '../access/viewer.ts'
import { MillraceError } from '../errors.ts'
import type { AnyReport, Catalog } from '../report/catalog.ts'
import type { Allowlist } from '../tenancy/allowlist.ts'
import type { Tenant } from '../tenancy/tenant.ts'
import { suggestion } from './nearest.ts'

/**
 * Whoever runs the command: they hold the secret's credentials, so that the report's permission is theirs. The tenant and
 * what `restrict` looks at are as they say, and hold as for any viewer.
 */
export function operatorOf(report: AnyReport, tenant: Tenant, attributes: Viewer['attributes']): Viewer {
  return frozenViewer({
    tenant: tenant.id,
    subject: `operator:${accountName()}`,
    permissions: new Set([report.permission]),
    attributes: { ...attributes },
  })
}

/** A container may run under an id that no account has. */
function accountName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}

/** Throws COMMAND_INVALID, with the name that was probably meant. */
export function reportNamed({ reports }: Catalog, name: string): AnyReport {
  const found = reports.find((report) => report.name === name)
  if (found !== undefined) return found
  const names = reports.map(({ name }) => name)
  throw new MillraceError('COMMAND_INVALID', `there is no report ${JSON.stringify(name)}; ${suggestion(name, names)}`)
}

/** What `--tenant` says. Throws COMMAND_INVALID where it is not given. */
export function givenTenant(id: string | undefined): string {
  if (id !== undefined) return id
  throw new MillraceError('COMMAND_INVALID', '--tenant is missing: whose rows?')
}

/** Throws COMMAND_INVALID, with the id that was probably meant, or TENANTS_UNAVAILABLE. */
export function tenantNamed(tenants: Allowlist, id: string): Tenant {
  const found = tenants.list().find((tenant) => tenant.id === id)
  if (found !== undefined) return found
  const ids = tenants.list().map((tenant) => tenant.id)
  throw new MillraceError(
    'COMMAND_INVALID',
    `--tenant: ${JSON.stringify(id)} is not on the allowlist; ${suggestion(id, ids)}`,
  )
}

/** Attributes that a report's `restrict` looks at and that were not given: without each of them there is no row. */
export function lackingAttributes(report: AnyReport, attributes: Viewer['attributes']): readonly string[] {
  const names = Object.values(report.restrict) as readonly string[]
  return [...new Set(names)].filter((name) => !Object.hasOwn(attributes, name))
}

/** Throws COMMAND_INVALID where an attribute is given that the report does not look at: it would seem to restrict. */
export function refuseUnknownAttributes(report: AnyReport, attributes: Viewer['attributes']): void {
  const names = Object.values(report.restrict) as readonly string[]
  const unknown = Object.keys(attributes).find((name) => !names.includes(name))
  if (unknown === undefined) return
  const said = `report "${report.name}" is not restricted by ${JSON.stringify(unknown)}`
  throw new MillraceError('COMMAND_INVALID', `--attribute: ${said}; ${suggestion(unknown, [...new Set(names)])}`)
}
