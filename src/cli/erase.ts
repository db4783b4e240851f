import { createInterface } from 'node:readline/promises'
import { configuredTenants } from '../configured-tenants.ts'
import { MillraceError } from '../errors.ts'
import { loadSecret } from '../secret/load-secret.ts'
import { buildsOf, eraseTenant } from './erase-tenant.ts'
import { exitCodes } from './exit-code.ts'
import { count } from './finding-blocks.ts'
import { type LoadedConfig, loadConfig } from './load-config.ts'
import { openedStore } from './opened-store.ts'
import { printable } from './output.ts'
import { progressOn } from './progress.ts'
import { type CommonOptions, type Verb, writeJson } from './verb.ts'
import { warnTo } from './warn.ts'

interface EraseOptions extends CommonOptions {
  readonly yes?: boolean
  readonly force?: boolean
}

/** `millrace erase`: leaves nothing of a tenant in the reporting store. */
export const erase: Verb<EraseOptions> = {
  declare(command) {
    command
      .description('remove everything of a tenant from the reporting store')
      .argument('<tenant>', 'the id of the tenant, which has left the allowlist')
      .option('--yes', 'do not ask')
      .option('--force', 'also of a tenant that is still on the allowlist, whose reports the worker then builds anew')
  },

  async act({ folder, out, err, signal }, { config: file, json, yes = false, force = false }, id) {
    const tenant = id as string
    const config = await loadConfig({ folder, file })
    const isListed = await isOnAllowlist(config, tenant, warnTo(err))
    if (isListed && !force) {
      throw new MillraceError(
        'COMMAND_INVALID',
        `tenant ${JSON.stringify(tenant)} is on the allowlist, and would be built anew: take it off first, or say --force`,
      )
    }
    const store = await openedStore(config)
    const progress = progressOn(err, '')
    try {
      const found = await buildsOf(store, tenant)
      if (!yes && !(await confirmed(tenant, found.length, signal))) {
        err.write('Nothing was removed.\n')
        return exitCodes.failed
      }
      // A worker knows by then that the tenant has left.
      const refreshSeconds = isListed ? 0 : (config.tenantsRefreshSeconds ?? 30) + 2
      progress.show(`looking for ${refreshSeconds} s whether a worker builds it anew`)
      const dropped = await eraseTenant(store, tenant, {
        signal,
        lookMilliseconds: refreshSeconds * 1000,
        onDropped: ({ report, number }) => {
          progress.end()
          if (!json) out.write(`dropped  ${printable(`${report}, build ${number}`)}\n`)
        },
      })
      progress.end()
      if (json) writeJson(out, { tenant, dropped, left: 0 })
      else
        out.write(
          `${count(dropped.length, 'build')} dropped; nothing of tenant ${printable(JSON.stringify(tenant))} is left in the store.${await ofLateWrites(config)}\n`,
        )
      return exitCodes.done
    } finally {
      progress.end()
      await store.close()
    }
  },
}

/** DynamoDB has no transactions that would keep out what a worker has sent already. */
async function ofLateWrites({ analytics }: LoadedConfig): Promise<string> {
  const { store } = await loadSecret(analytics)
  return store?.kind === 'dynamodb'
    ? '\nFor an hour the numbers of the builds stay noted, so that `millrace fold` deletes what may still be on its way to them.'
    : ''
}

async function isOnAllowlist(config: LoadedConfig, tenant: string, warn: (message: string) => void): Promise<boolean> {
  const secret = await loadSecret(config.analytics)
  const allowlist = configuredTenants(config, () => secret, { warn })
  try {
    await allowlist.start()
    return allowlist.list().some(({ id }) => id === tenant)
  } finally {
    allowlist.close()
  }
}

/** Throws COMMAND_INVALID where nobody can be asked. */
async function confirmed(tenant: string, builds: number, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new MillraceError('COMMAND_INVALID', 'nobody can be asked whether to go on: say --yes')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const asked = `Remove ${count(builds, 'build')} of tenant ${printable(JSON.stringify(tenant))}? Type the tenant's id: `
    return (await lines.question(asked, { signal })) === tenant
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    lines.close()
  }
}
