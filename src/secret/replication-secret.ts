import { z } from 'zod'
import { MillraceError } from '../errors.ts'
import { withoutAliases } from './aliases.ts'
import { type ConnectionSettings, connectionMembers, toConnection } from './connection.ts'
import { parseJson } from './credentials.ts'
import { codeOf, listProblems, sayIssue } from './issues.ts'
import { isRecord, type ResolveReference } from './reference.ts'
import { sayPath } from './say-path.ts'

/**
 * What the `replication` secret holds: how the replication role reaches the primary. It is a secret of its own, given to what folds
 * and prepares, and never to what answers reports. Frozen in all its parts.
 */
export interface ReplicationSecret {
  readonly replication: ConnectionSettings
}

/**
 * Reads the text of the replication secret: `{ "replication": {…} }`, or the flat JSON that AWS writes for one database.
 *
 * Throws SECRET_INVALID, or SECRET_MISSING where only the places that its members name cannot be read; the detail names
 * every wrong member at once and repeats no value.
 */
export async function parseReplicationSecret(text: string, resolve: ResolveReference): Promise<ReplicationSecret> {
  const written = parseJson(text)
  if (!isRecord(written)) throw new MillraceError('SECRET_INVALID', 'must be a JSON object')
  const isFlat = !Object.hasOwn(written, 'replication') && Object.hasOwn(written, 'host')
  const nested: Record<string, unknown> = isFlat ? { replication: written } : written
  const { replication } = nested
  const raw = { ...nested, ...(isRecord(replication) && { replication: withoutAliases(replication) }) }
  const members = z.strictObject(connectionMembers((raw as Record<string, unknown>).replication, resolve))
  const schema = z.strictObject({ replication: members.transform(toConnection) })
  const parsed = await schema.safeParseAsync(raw, { error: sayIssue })
  if (parsed.success) return Object.freeze(parsed.data)
  const { issues } = parsed.error
  throw new MillraceError(codeOf(issues), listProblems(issues, (path) => sayPath(nested, path, isFlat)).join('; '))
}
