import pg from 'pg'
import { MillraceError } from '../errors.ts'
import type { AnalyticsSecret, HeartbeatSettings } from '../secret/analytics-secret.ts'
import type { ConnectionSettings } from '../secret/connection.ts'
import { judgeTarget } from '../secret/judge-target.ts'
import { clientConfig } from './connections.ts'
import { ExchangeFailure } from './exchange.ts'
import { heartbeatColumn } from './freshness.ts'
import { rollBack } from './roll-back.ts'
import { isConnectionLost } from './sqlstate.ts'
import type { Statement } from './statement.ts'
import { askRoleFacts, askRows, type RoleFacts } from './target-facts.ts'

export interface VerifyLimits {
  readonly connectTimeoutMilliseconds: number
  /** After which a server that does not answer counts as gone. */
  readonly silenceMilliseconds: number
}

/** PostgreSQL 15. */
const oldestVersion = 150_000

/**
 * Asks a target, over the connection that reports use, whether it is what the secret declares, and returns warnings for
 * the log. Throws TARGET_REFUSED with every reason at once, and the driver's error where it cannot be asked.
 */
export async function verifyTarget(
  client: pg.Client,
  { replica, primary }: AnalyticsSecret,
  limits: VerifyLimits,
): Promise<readonly string[]> {
  const facts = await askRoleFacts(client, limits.silenceMilliseconds)
  const identity = await systemIdentifier(client, limits)
  const primaryIdentity = primary && identity && (await identityOf(primary, limits))
  const judgement = judgeTarget(replica.target, {
    inRecovery: facts.inRecovery,
    superuser: facts.superuser,
    writableTables: facts.superuser ? [] : facts.writable,
    ...(primaryIdentity !== undefined && { sameClusterAsPrimary: identity === primaryIdentity }),
  })
  const refusals = judgement.verdict === 'refused' ? [judgement.error.detail] : []
  const warnings = judgement.verdict === 'accepted' ? [...judgement.warnings] : []
  if (facts.version < oldestVersion) refusals.push('the server is older than PostgreSQL 15')
  if (!facts.superuser) {
    for (const role of facts.memberships) refusals.push(`the role of the replica is a member of ${role}`)
    warnings.push(...roleWarnings(facts))
  }
  if (primary !== undefined && primaryIdentity === undefined)
    warnings.push('whether the target and `primary` are one cluster could not be asked')
  if (replica.heartbeat !== undefined) refusals.push(...(await heartbeatFaults(client, replica.heartbeat, limits)))
  if (refusals.length > 0) throw new MillraceError('TARGET_REFUSED', refusals.join('; '))
  return warnings
}

function roleWarnings({ bypassesRowSecurity, attributes, later, creatable }: RoleFacts): string[] {
  return [
    ...(bypassesRowSecurity ? ['bypasses row-level security'] : []),
    ...attributes.map((attribute) => `has ${attribute}`),
    ...later.map((privileges) => `will be given ${privileges}`),
    ...creatable.map((schema) => `may create in ${schema}`),
  ].map((what) => `the role of the replica ${what}`)
}

/** The identity of a cluster, which its standbys share. Undefined where the role may not ask for it. */
async function systemIdentifier(client: pg.Client, limits: VerifyLimits): Promise<string | undefined> {
  const question = { text: 'select system_identifier::text from pg_control_system()', values: [] }
  const rows = await answerOf(client, question, limits)
  return rows?.[0]?.[0] ?? undefined
}

async function identityOf(settings: ConnectionSettings, limits: VerifyLimits): Promise<string | undefined> {
  const client = new pg.Client(clientConfig(settings, limits.connectTimeoutMilliseconds))
  client.on('error', () => {})
  try {
    await client.connect()
    return await systemIdentifier(client, limits)
  } catch {
    return undefined
  } finally {
    await client.end().catch(() => {})
  }
}

async function heartbeatFaults(
  client: pg.Client,
  heartbeat: HeartbeatSettings,
  limits: VerifyLimits,
): Promise<readonly string[]> {
  const read = { text: `select ${heartbeatColumn(heartbeat)}`, values: [] }
  const type = {
    text: `select format_type(a.atttypid, null) from pg_attribute a join pg_class c on c.oid = a.attrelid
      join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2 and a.attname = $3`,
    values: [heartbeat.schema, heartbeat.table, heartbeat.column],
  }
  if ((await answerOf(client, read, limits)) === undefined)
    return ['replica.heartbeat names what cannot be read on the target']
  const rows = await answerOf(client, type, limits)
  return rows?.[0]?.[0] === 'timestamp with time zone'
    ? []
    : ['replica.heartbeat.column must be a timestamp with time zone']
}

/** The rows of a question; undefined where the server refuses it, and the connection goes on. */
async function answerOf(client: pg.Client, question: Statement, { silenceMilliseconds }: VerifyLimits) {
  try {
    return (await askRows(client, [question], silenceMilliseconds))[0]
  } catch (error) {
    if (!(error instanceof ExchangeFailure) || isConnectionLost(error.cause)) throw error
    if (!(await rollBack(client, silenceMilliseconds))) throw error
    return undefined
  }
}
