import { onTestFinished } from 'vitest'
import { createReplica } from '../../src/query/create-replica.ts'
import type { ExchangeStatement } from '../../src/query/exchange.ts'
import type { Replica, ReplicaAnswer, ReplicaOptions, ReplicaRequest } from '../../src/query/replica.ts'
import { createAllowlist } from '../../src/tenancy/allowlist.ts'
import type { TenantSource } from '../../src/tenancy/tenant-source.ts'

export interface OpenReplica extends Replica {
  /** One statement; of the tenancy by column unless told otherwise. */
  ask(tenant: string, statement: string | ExchangeStatement, more?: Partial<ReplicaRequest>): Promise<ReplicaAnswer>
  /** The rows of one statement. */
  rows(
    tenant: string,
    statement: string,
    more?: Partial<ReplicaRequest>,
  ): Promise<readonly (readonly (string | null)[])[]>
  readonly refreshTenants: () => Promise<void>
}

/** A replica that is closed with the test. */
export async function openReplica(
  options: Omit<ReplicaOptions, 'allowlist'> & { readonly tenants: TenantSource },
): Promise<OpenReplica> {
  const allowlist = createAllowlist(options.tenants)
  await allowlist.start()
  const replica = createReplica({ ...options, allowlist })
  onTestFinished(async () => {
    await replica.close()
    allowlist.close()
  })
  const ask: OpenReplica['ask'] = (tenant, statement, more = {}) =>
    replica.run({
      tenant,
      tenancy: 'column',
      application: 'millrace test',
      statements: [typeof statement === 'string' ? { text: statement, values: [] } : statement],
      signal: new AbortController().signal,
      ...more,
    })
  return {
    ...replica,
    ask,
    rows: async (...request) => (await ask(...request)).outcomes[0]?.rows ?? [],
    refreshTenants: () => allowlist.refresh(),
  }
}
