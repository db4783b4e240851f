import { configuredTenants } from '../configured-tenants.ts'
import { MillraceError } from '../errors.ts'
import { reasonsOf, targetFindings } from '../query/check-target.ts'
import { createReplica } from '../query/create-replica.ts'
import { RotatingSecret } from '../secret/rotation.ts'
import type { Allowlist } from '../tenancy/allowlist.ts'
import { examine } from './examine.ts'
import type { Part } from './examined.ts'
import { count } from './finding-blocks.ts'
import { freshnessText } from './freshness-text.ts'
import type { LoadedConfig } from './load-config.ts'

/** Whether the target of the reports is what the secret declares, and what it says of the tenants. */
export async function examineTarget(config: LoadedConfig): Promise<readonly Part[]> {
  const secret = await RotatingSecret.load(config.analytics)
  const warnings: string[] = []
  const allowlist = configuredTenants(config, () => secret.current(), { warn: (message) => warnings.push(message) })
  const replica = createReplica({ secret, allowlist })
  try {
    const target = await examine('target', async ({ facts, findings }) => {
      facts.push(`declared as a ${secret.current().replica.target}`)
      try {
        findings.push(...targetFindings('warning', await replica.start()))
      } catch (error) {
        if (!(error instanceof MillraceError) || error.code !== 'TARGET_REFUSED') throw error
        findings.push(...targetFindings('error', reasonsOf(error.detail)))
        return
      }
      facts.push(freshnessText(await replica.freshness()))
    })
    return [target, await examineTenants(allowlist, warnings)]
  } finally {
    allowlist.close()
    await replica.close()
  }
}

function examineTenants(allowlist: Allowlist, warnings: readonly string[]): Promise<Part> {
  return examine('tenants', async ({ facts, findings }) => {
    await allowlist.start()
    const tenants = allowlist.list()
    const own = tenants.filter(({ schema }) => schema !== undefined).length
    facts.push(
      `${count(tenants.length, 'tenant')} on the allowlist, ${own} with a schema of ${own === 1 ? 'its' : 'their'} own`,
    )
    const next = 'correct the row, or the names of the columns in `tenants`'
    for (const problem of warnings) findings.push({ severity: 'warning', about: 'tenants', problem, next })
    if (tenants.length === 0)
      findings.push({ severity: 'warning', about: 'tenants', problem: 'there is none: nobody has reports', next })
  })
}
