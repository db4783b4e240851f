import { z } from 'zod'
import { MillraceError } from '../errors.ts'
import { withoutAliases } from './aliases.ts'
import { type ConnectionSettings, connectionMembers, toConnection } from './connection.ts'
import { parseJson } from './credentials.ts'
import { codeOf, listProblems, sayIssue } from './issues.ts'
import { isRecord, type ResolveReference } from './reference.ts'
import { sayPath } from './say-path.ts'
import { type StoreTarget, storeTarget } from './store-target.ts'

/**
 * What the replica is declared to be. `standby`: a server in recovery. `database`: a purpose-built analytics database.
 * `primary`: the transactional database itself, for a time. There is no default, and boot proves the declaration.
 */
export type TargetKind = 'standby' | 'database' | 'primary'

/** A one-row table that the primary writes the time into, so that freshness can be read where the primary cannot be asked. */
export interface HeartbeatSettings {
  readonly schema: string
  readonly table: string
  readonly column: string
}

/** The read-only analytics target that SQL runs on. */
export interface Target extends ConnectionSettings {
  readonly target: TargetKind
  readonly heartbeat?: HeartbeatSettings
}

/** What the `analytics` secret holds. Frozen in all its parts. */
export interface AnalyticsSecret {
  readonly replica: Target
  /** The transactional database, asked only for its WAL position. No report ever reads it. */
  readonly primary?: ConnectionSettings
  readonly store?: StoreTarget
}

const identifier = '[A-Za-z_][A-Za-z0-9_$]{0,62}'

const heartbeat = z
  .strictObject({
    table: z.string().refine((table) => new RegExp(`^${identifier}\\.${identifier}$`).test(table), {
      error: 'must be schema.table',
    }),
    column: z
      .string()
      .refine((column) => new RegExp(`^${identifier}$`).test(column), { error: 'must be a column name' }),
  })
  .transform(({ table, column }): HeartbeatSettings => {
    const [schema, name] = table.split('.') as [string, string]
    return Object.freeze({ schema, table: name, column })
  })

function analyticsSchema(raw: Readonly<Record<string, unknown>>, resolve: ResolveReference) {
  return z.strictObject({
    replica: z
      .strictObject({
        target: z.enum(['standby', 'database', 'primary']),
        heartbeat: heartbeat.optional(),
        ...connectionMembers(raw.replica, resolve),
      })
      .transform((members): Target => {
        const { target, heartbeat } = members
        return Object.freeze({ ...toConnection(members), target, ...(heartbeat !== undefined && { heartbeat }) })
      }),
    primary: z.strictObject(connectionMembers(raw.primary, resolve)).transform(toConnection).optional(),
    store: storeTarget(raw.store, resolve).optional(),
  })
}

/**
 * Reads the text of the analytics secret: `{ "replica": {…}, "primary"?: {…}, "store"?: {…} }`, or the flat JSON that AWS writes for one
 * database, with a `target` beside it, which then is the replica.
 *
 * Throws SECRET_INVALID, or SECRET_MISSING where only the places that its members name cannot be read; the detail names
 * every wrong member at once and repeats no value.
 */
export async function parseAnalyticsSecret(text: string, resolve: ResolveReference): Promise<AnalyticsSecret> {
  const written = parseJson(text)
  if (!isRecord(written)) throw new MillraceError('SECRET_INVALID', 'must be a JSON object')
  const flat = isFlat(written)
  const nested: Record<string, unknown> = flat ? { replica: written } : written
  const raw = Object.fromEntries(
    Object.entries(nested).map(([name, value]) => [name, isRecord(value) ? withoutAliases(value) : value]),
  )
  const parsed = await analyticsSchema(raw, resolve).safeParseAsync(raw, { error: sayIssue })
  if (!parsed.success) {
    const { issues } = parsed.error
    throw new MillraceError(codeOf(issues), listProblems(issues, (path) => sayPath(nested, path, flat)).join('; '))
  }
  const { replica, primary, store } = parsed.data
  return Object.freeze({ replica, ...(primary !== undefined && { primary }), ...(store !== undefined && { store }) })
}

/** Whether the secret is itself a connection, as AWS writes it. */
function isFlat(written: Readonly<Record<string, unknown>>): boolean {
  const members = ['host', 'username', 'user', 'engine', 'credentials']
  return !Object.hasOwn(written, 'replica') && members.some((name) => Object.hasOwn(written, name))
}
