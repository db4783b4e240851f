import pg from 'pg'
import { type Cluster, startCluster } from '../../src/embedded/cluster.ts'
import type { Connection } from '../../src/embedded/connection.ts'
import { createDatabase } from '../../src/embedded/database.ts'
import { secretFor } from '../deployment/deployment.ts'
import { fillTables, makeTables } from './host.ts'

/** A host's database on a primary and its standby. */
export interface Host extends AsyncDisposable {
  readonly cluster: Cluster
  readonly primary: Connection
  readonly standby: Connection
  /** The secret of a standby whose primary may be asked how far it is. */
  readonly standbySecret: string
  /** What the primary says. */
  rows<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>
  /** As `rows`, in a copy. */
  rowsIn<Row extends pg.QueryResultRow>(database: string, text: string): Promise<Row[]>
  /** A copy of the database, changed; and, when the standby has it, the secret of the copy there. */
  copyWith(name: string, change: string): Promise<string>
  close(): Promise<void>
}

export async function startHost(): Promise<Host> {
  const cluster = await startCluster()
  const primary = await createDatabase(cluster.primary, 'host')
  const standby = { ...cluster.standby.connection, database: 'host' }
  await connected(primary, async (admin) => {
    await makeTables(admin)
    await fillTables(admin)
  })
  await cluster.caughtUp()
  const close = () => cluster.close()
  return {
    cluster,
    primary,
    standby,
    standbySecret: JSON.stringify(secretFor('standby', standby, primary)),
    rows: (text, values = []) => connected(primary, async (admin) => (await admin.query(text, [...values])).rows),
    rowsIn: (database, text) => connected({ ...primary, database }, async (admin) => (await admin.query(text)).rows),
    async copyWith(name, change) {
      const copy = await createDatabase(cluster.primary, name, { template: 'host' })
      await connected(copy, (admin) => admin.query(change))
      await cluster.caughtUp()
      return JSON.stringify(secretFor('standby', { ...standby, database: name }, copy))
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

export async function connected<Result>(
  connection: Connection & { readonly application_name?: string },
  work: (client: pg.Client) => Promise<Result>,
) {
  const client = new pg.Client(connection)
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** How many statements of that name run on the standby. */
export async function runningStatements({ standby }: Host, application: string): Promise<number> {
  const text = `select from pg_stat_activity where application_name = $1 and state = 'active' and query like '%pg_sleep%'`
  return await connected(standby, async (client) => (await client.query(text, [application])).rowCount ?? 0)
}

/** Waits until one of them runs; throws after 30 s. */
export async function statementRuns(host: Host, application: string): Promise<void> {
  const deadline = Date.now() + 30_000
  while ((await runningStatements(host, application)) === 0) {
    if (Date.now() > deadline) throw new Error(`no statement of ${application} runs`)
  }
}
