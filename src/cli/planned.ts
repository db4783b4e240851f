import { withClient } from '../replication/client.ts'
import type { Finding } from '../replication/finding.ts'
import { judgeSnapshots } from '../replication/judge-snapshots.ts'
import { plan } from '../replication/plan.ts'
import type { Step } from '../replication/plan-steps.ts'
import { preflight } from '../replication/preflight.ts'
import { publishedTables } from '../replication/published-table.ts'
import type { ConnectionSettings } from '../secret/connection.ts'
import type { Folded } from './folded.ts'
import type { PlannedTable, TablePlan } from './planned-table.ts'

/** What stands between a database and folding. */
export interface Planned {
  readonly tables: number
  /** What keeps the server or the replication role from folding. */
  readonly server: readonly Finding[]
  /** Of the tables. Where one is a refusal, nothing is to be run. */
  readonly findings: readonly Finding[]
  readonly steps: readonly Step[]
  readonly unused: readonly Step[]
  /** The table of a store in DynamoDB. */
  readonly table?: PlannedTable
}

export interface PlanningOptions {
  readonly schemas: readonly string[]
  /** Where builds are to read the rows that they start from. */
  readonly snapshots: 'replica' | 'primary'
  /** What the store needs, where it was looked at. */
  readonly store?: TablePlan
  readonly progress?: (what: string) => void
}

/** Asks the primary; changes nothing. Throws SOURCE_UNAVAILABLE. */
export async function planFor(
  settings: ConnectionSettings,
  folded: Folded,
  options: PlanningOptions,
): Promise<Planned> {
  const { schemas, snapshots, store, progress = () => {} } = options
  const { sources } = folded
  const tables = publishedTables(sources, schemas)
  progress('the server')
  const server = await preflight(settings)
  progress('the tables')
  return await withClient(settings, async (client) => ({
    tables: tables.length,
    server: [...server, ...(await judgeSnapshots(client, tables, snapshots)), ...(store?.findings ?? [])],
    ...(await plan(client, { sources, schemas })),
    ...(store?.table && { table: store.table }),
  }))
}

export const isRefused = (findings: readonly Finding[]): boolean =>
  findings.some(({ severity }) => severity === 'refusal')
