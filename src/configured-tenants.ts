import type { Config } from './config.ts'
import { MillraceError } from './errors.ts'
import { readTenantTable } from './query/tenant-table.ts'
import type { AnalyticsSecret } from './secret/analytics-secret.ts'
import { type Allowlist, type AllowlistProblem, createAllowlist } from './tenancy/allowlist.ts'
import type { TenantSource } from './tenancy/tenant-source.ts'

interface ConfiguredTenants {
  readonly tenants: Config['tenants']
  readonly tenantsRefreshSeconds?: number | undefined
}

export interface TenantOptions {
  /** Told of tenants that are left out, and of a list that cannot be read anew. */
  readonly warn: (message: string) => void
}

/** The allowlist of a configuration, not read yet. `secret` is asked only where a table lists the tenants. */
export function configuredTenants(
  { tenants, tenantsRefreshSeconds }: ConfiguredTenants,
  secret: () => AnalyticsSecret | Promise<AnalyticsSecret>,
  { warn }: TenantOptions,
): Allowlist {
  return createAllowlist(sourceOf(tenants, secret), {
    ...(tenantsRefreshSeconds === undefined ? {} : { refreshSeconds: tenantsRefreshSeconds }),
    onProblem: (problem) => warn(sentence(problem)),
  })
}

function sourceOf(tenants: Config['tenants'], secret: () => AnalyticsSecret | Promise<AnalyticsSecret>): TenantSource {
  if (typeof tenants === 'function' || !('table' in tenants)) return tenants as TenantSource
  return async () => readTenantTable(tenants, await secret())
}

/** The detail of a row names it, and so the setting; that of a reading does not. */
function sentence({ detail, tenant, cause }: AllowlistProblem): string {
  if (tenant !== undefined || detail.startsWith('tenants')) return detail
  return `tenants: ${detail}${cause instanceof MillraceError ? `: ${cause.detail}` : ''}`
}
