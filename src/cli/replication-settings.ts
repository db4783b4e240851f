import type { Config } from '../config.ts'
import { MillraceError } from '../errors.ts'
import type { ConnectionSettings } from '../secret/connection.ts'
import { loadReplicationSecret } from '../secret/load-secret.ts'

/**
 * How the primary is reached: by the replication secret, or by one that the command line names in its stead. Throws CONFIG_INVALID
 * where there is neither, SECRET_MISSING and SECRET_INVALID.
 */
export async function replicationSettings(
  { replication }: Pick<Config, 'replication'>,
  option?: { readonly name: string; readonly setting: string | undefined },
): Promise<ConnectionSettings> {
  if (option?.setting !== undefined)
    return (await loadReplicationSecret(option.setting, { name: option.name })).replication
  if (replication !== undefined) return (await loadReplicationSecret(replication)).replication
  throw new MillraceError(
    'CONFIG_INVALID',
    `replication: is missing; it names where the replication secret is, as in replication: 'file:/run/secrets/replication.json'`,
  )
}
